/**
 * Holding the training lock of a series for as long as something takes.
 *
 * @module
 */

import type { LockHolder, Series, Store } from "../store/store.ts";

/** Somebody else holds the lock. */
export class LockedError extends Error {
  override name = "LockedError";

  constructor(readonly other: LockHolder) {
    super(`${other.holder} is training since ${isoTime(other.at)}`);
  }
}

function isoTime(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString();
}

/** Whose lock, and for how long it holds without being extended. */
export interface LeaseOptions {
  store: Store;
  series: Series;
  holder: string;
  expireSeconds: number;
}

/**
 * Takes the lock, does something, and releases the lock.
 *
 * While it lasts the lock is extended; when that fails, or somebody else has
 * taken the lock, the signal that `work` gets is aborted.
 *
 * @throws {LockedError} when somebody else holds the lock
 * @throws what `work` throws
 */
export async function withLock<T>(
  { store, series, holder, expireSeconds }: LeaseOptions,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const other = await store.lock(series, holder, expireSeconds);
  if (other) throw new LockedError(other);
  const lost = new AbortController();
  const extend = async () => {
    const isOurs = await store.extendLock(series, holder).catch(() => false);
    if (!isOurs) lost.abort();
  };
  const timer = setInterval(extend, expireSeconds * 1000 / 3);
  try {
    return await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    clearInterval(timer);
    await store.unlock(series, holder);
  }
}
