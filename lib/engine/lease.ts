/**
 * Holding the training lock of a series for as long as something takes.
 *
 * @module
 */

import type { LockHolder, Series, Store } from "../store/store.ts";

/** The lock has passed to somebody else while something was under way. */
export class LostLockError extends Error {
  override name = "LostLockError";

  constructor() {
    super("somebody else has taken the training lock, or released it");
  }
}

/** Somebody else holds the lock. */
export class LockedError extends Error {
  override name = "LockedError";

  /** @param expireSeconds after which the lock ends if it is not extended */
  constructor(readonly other: LockHolder, readonly expireSeconds: number) {
    const { holder, at } = other;
    super(
      `${holder} holds the training lock since ${isoTime(at)}, until ` +
        `${isoTime(at + expireSeconds)} unless it is extended`,
    );
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
 * taken the lock, the signal that `work` gets is aborted, with that as reason.
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
  if (other) throw new LockedError(other, expireSeconds);
  const lost = new AbortController();
  const extend = async () => {
    try {
      if (await store.extendLock(series, holder)) return;
      lost.abort(new LostLockError());
    } catch (error) {
      lost.abort(error);
    }
  };
  const timer = setInterval(extend, expireSeconds * 1000 / 3);
  try {
    return await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    clearInterval(timer);
    await store.unlock(series, holder);
  }
}
