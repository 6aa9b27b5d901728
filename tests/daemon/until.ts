/** How often it is looked whether something has happened. */
const POLL_MS = 20;

/**
 * Waits until something has happened, and gives what that was.
 *
 * @param look gives what has happened, or nothing
 * @throws {Error} when it does not happen in time
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  timeoutMs = 20_000,
): Promise<NonNullable<T>> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > end) {
      throw new Error(`did not happen within ${timeoutMs} ms: ${what}`);
    }
    await pause(POLL_MS);
  }
}

/** Lets time pass. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
