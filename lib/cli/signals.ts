/**
 * Signals that a command lives on after, or ends in good order by.
 *
 * @module
 */

/** What asks a process to end. */
const ENDINGS: readonly Deno.Signal[] = ["SIGTERM", "SIGINT"];

/**
 * Resolves when the process is asked to end, by SIGTERM or SIGINT, or by one
 * of the others.
 */
export async function untilStopped(...others: Deno.Signal[]): Promise<void> {
  const signals = [...ENDINGS, ...others];
  const { promise, resolve } = Promise.withResolvers<void>();
  const onSignal = () => resolve();
  for (const signal of signals) Deno.addSignalListener(signal, onSignal);
  await promise;
  for (const signal of signals) Deno.removeSignalListener(signal, onSignal);
}

/**
 * Notices SIGHUP from now on, which else would end the process. One that comes
 * before anybody listens is kept until somebody does.
 */
export class Hangups implements Disposable {
  #isPending = false;
  #listener: () => void = () => this.#isPending = true;
  #onSignal = () => this.#listener();

  constructor() {
    Deno.addSignalListener("SIGHUP", this.#onSignal);
  }

  /** Calls for each from now on, and at once if there was one before. */
  listen(listener: () => void): void {
    this.#listener = listener;
    if (this.#isPending) listener();
    this.#isPending = false;
  }

  /** Notices no more of them. */
  [Symbol.dispose](): void {
    Deno.removeSignalListener("SIGHUP", this.#onSignal);
  }
}
