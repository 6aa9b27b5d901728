/**
 * Looks at a SQLite store without changing it.
 *
 * @module
 */

import { statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Inspection } from "../inspection.ts";
import { StoreError } from "../store.ts";
import { WorkerChannel } from "./channel.ts";
import { openWorkerStore, startWorker } from "./client.ts";
import { IN_MEMORY, urlOf } from "./database.ts";
import { toStoreError } from "./errors.ts";
import type { FileContents, FileFacts, Ownership } from "./facts.ts";
import { statOrNothing } from "./file.ts";
import { isWritable } from "./read_only.ts";

/** How long looking for damage may take, and all of the looking. */
const [CHECK_MS, READ_MS] = [5_000, 10_000];

/** Looks at the store in a file, which need not be there. */
export async function inspectSqliteStore(path: string): Promise<Inspection> {
  const full = path === IN_MEMORY ? path : resolve(path);
  const facts = await factsOf(full, urlOf(path));
  try {
    const information = path === IN_MEMORY ? undefined : statOrNothing(full);
    if (!information) return inspectionOf(facts);
    if (!information.isFile) {
      return inspectionOf({ ...facts, problem: "this is no regular file" });
    }
  } catch (error) {
    const { message } = toStoreError(facts.url, error);
    return inspectionOf({ ...facts, problem: message });
  }
  const worker = startWorker(full);
  try {
    const contents = await contentsOf(worker, full, facts.url);
    facts.contents = contents;
    const { version, newestVersion, damage } = contents;
    if (version < newestVersion || damage !== undefined) {
      worker.terminate();
      return inspectionOf(facts);
    }
    const options = { isReadOnly: true };
    const store = await openWorkerStore(worker, full, options);
    return { ...inspectionOf(facts), store, close: () => store.close() };
  } catch (error) {
    worker.terminate();
    return inspectionOf({ ...facts, problem: (error as Error).message });
  }
}

function inspectionOf(facts: FileFacts): Inspection {
  return {
    facts,
    detailsOf: (series) =>
      Promise.resolve(
        facts.contents?.details.get(series) ?? { quarantined: [] },
      ),
    close: () => Promise.resolve(),
  };
}

/**
 * Asks the thread, for SQLite waits for the disk.
 *
 * @throws {StoreError} (as a rejection) when the file cannot be read
 */
async function contentsOf(
  worker: Worker,
  path: string,
  url: string,
): Promise<FileContents> {
  const channel = new WorkerChannel(worker, url);
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () =>
      late.reject(
        new StoreError(
          `${url}: it was not read within ${READ_MS / 1000} s; see whether ` +
            "its disk is overloaded (iostat -x 1)",
        ),
      ),
    READ_MS,
  );
  try {
    const answer = channel.ask({ kind: "inspect", path, checkMs: CHECK_MS });
    const { outcomes: [outcome] } = await Promise.race([answer, late.promise]);
    if ("failure" in outcome) throw new StoreError(outcome.failure);
    return outcome.value as FileContents;
  } finally {
    clearTimeout(timer);
  }
}

async function factsOf(path: string, url: string): Promise<FileFacts> {
  const files = path === IN_MEMORY ? [] : [path, `${path}-wal`, `${path}-shm`];
  const folder = nearestFolder(dirname(path));
  return {
    kind: "sqlite",
    url,
    asUid: ownUid(),
    files: files.map(ownershipOf).filter((one) => one !== undefined),
    folder: ownershipOf(folder) ?? { path: folder, isWritable: false },
    hasFolder: folder === dirname(path),
    size: lookAt(path)?.size ?? 0,
    freeBytes: await freeBytesAt(folder),
  };
}

/** The folder that is there, or that others would be made in. */
function nearestFolder(path: string): string {
  const parent = dirname(path);
  return parent === path || lookAt(path) ? path : nearestFolder(parent);
}

function ownershipOf(path: string): Ownership | undefined {
  const info = lookAt(path);
  if (!info) return undefined;
  return {
    path,
    uid: info.uid ?? undefined,
    mode: info.mode === null ? undefined : info.mode & 0o7777,
    isWritable: info.isDirectory ? mayChange(info) : isWritable(path),
  };
}

/**
 * Whether files can be made in a folder, as far as that can be told without
 * making one: its group may be one of those of whoever asks.
 */
function mayChange({ uid, mode }: Deno.FileInfo): boolean {
  const own = ownUid();
  if (own === undefined || own === 0 || mode === null) return true;
  return (mode & (uid === own ? 0o200 : 0o022)) !== 0;
}

/** Nothing where Deno may not tell. */
function ownUid(): number | undefined {
  try {
    return Deno.uid() ?? undefined;
  } catch {
    return undefined;
  }
}

/** What cannot be looked at is as good as not there. */
function lookAt(path: string): Deno.FileInfo | undefined {
  try {
    return statOrNothing(path);
  } catch {
    return undefined;
  }
}

async function freeBytesAt(path: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
