import { workerOptions } from "../../worker_permissions.ts";
import { type Store, StoreError } from "../store.ts";
import { WorkerChannel } from "./channel.ts";
import { urlOf } from "./database.ts";
import type { Outcome } from "./operations.ts";
import { filePermissionsWithin } from "./permissions.ts";
import type { Request } from "./protocol.ts";
import { SQLITE_PROGRAM } from "./program.ts";
import { CallQueue } from "./queue.ts";
import { queuedStore } from "./queued_store.ts";

/** Options of {@linkcode openSqliteStore}. */
export interface SqliteStoreOptions {
  /**
   * How long a call, or closing, may take before it is given up, in
   * milliseconds; 10,000 by default.
   */
  timeoutMs?: number;
  /**
   * How long opening may take, in milliseconds; 60,000 by default, because a
   * file of an older version is rewritten.
   */
  openTimeoutMs?: number;
  /**
   * How long to wait for another process that has the file locked, in
   * milliseconds; 5,000 by default.
   */
  busyTimeoutMs?: number;
  /**
   * Allows to keep a file aside that is provably damaged, and to begin another
   * one in its place; is told about it. Without it a damaged file is an error.
   */
  onDamage?: (notice: string) => void;
  /** Opens the file as it is, and refuses to change it. */
  isReadOnly?: boolean;
}

/**
 * Opens a SQLite store in a thread of its own, so that writing to the disk
 * does not stop the thread that answers requests. The file is created, with
 * its folder, if it is not there.
 *
 * @param path of the file, or `:memory:`
 * @throws {StoreError} (as a rejection) saying what is wrong with the file
 */
export function openSqliteStore(
  path: string,
  options: SqliteStoreOptions = {},
): Promise<Store> {
  return openWorkerStore(startWorker(path), path, options);
}

/**
 * Starts a thread for the file of a store, which it may use and no other.
 *
 * @param path of the file, or `:memory:`
 */
export function startWorker(path: string): Worker {
  return new Worker(
    SQLITE_PROGRAM.href,
    workerOptions(filePermissionsWithin(path)),
  );
}

/**
 * Opens a SQLite store in a given thread.
 *
 * @param worker runs `sqlite_worker.ts`; it ends with the store
 * @throws {StoreError} (as a rejection) as {@linkcode openSqliteStore}
 */
export async function openWorkerStore(
  worker: Worker,
  path: string,
  options: SqliteStoreOptions = {},
): Promise<Store> {
  const { timeoutMs = 10_000, openTimeoutMs = 60_000, busyTimeoutMs } = options;
  const { onDamage, isReadOnly } = options;
  const url = urlOf(path);
  const channel = new WorkerChannel(worker, url);

  async function ask(request: Request): Promise<Outcome[]> {
    const { outcomes, notice } = await channel.ask(request);
    if (notice !== undefined) onDamage?.(notice);
    return outcomes;
  }

  /** Asks the one thing, and gives up after some time. */
  async function insist(question: Promise<Outcome[]>, limitMs: number) {
    const timer = setTimeout(
      () => channel.terminate(`it did not answer within ${limitMs} ms`),
      limitMs,
    );
    try {
      const [outcome] = await question;
      if ("failure" in outcome) throw new StoreError(outcome.failure);
    } finally {
      clearTimeout(timer);
    }
  }

  async function finish() {
    try {
      await insist(ask({ kind: "close" }), timeoutMs);
    } finally {
      channel.terminate("it was closed");
    }
  }

  try {
    const renews = onDamage !== undefined;
    const opening = ask({
      kind: "open",
      path,
      busyTimeoutMs,
      renews,
      isReadOnly,
    });
    await insist(opening, openTimeoutMs);
  } catch (error) {
    channel.terminate("it could not be opened");
    throw error;
  }
  const queue = new CallQueue(
    (calls) => ask({ kind: "run", calls }),
    { url, timeoutMs },
  );
  const store = queuedStore(url, queue, finish);

  async function close(withinMs?: number) {
    if (withinMs === undefined) return await store.close();
    const timer = setTimeout(
      () => channel.terminate(`closing took longer than ${withinMs} ms`),
      withinMs,
    );
    try {
      await store.close();
    } finally {
      clearTimeout(timer);
    }
  }

  return { ...store, ended: channel.broken, close };
}
