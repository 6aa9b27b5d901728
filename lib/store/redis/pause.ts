/** Lets time pass, but not once it is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}

const LEAST_PAUSE_MS = 50;
const MOST_PAUSE_MS = 2_000;

/** How long to wait before what failed is tried once more. */
export function nextPause(pauseMs: number): number {
  return Math.min(Math.max(LEAST_PAUSE_MS, 2 * pauseMs), MOST_PAUSE_MS);
}
