/**
 * Stores to soak, each with what may go wrong with it.
 *
 * @module
 */

import { Connection } from "../../lib/store/redis/connection.ts";
import { openStore } from "../../lib/store/open.ts";
import { samplesInFile } from "../daemon/load.ts";
import { Disk } from "../faults/disk.ts";
import { samplesIn } from "../faults/numbers.ts";
import { Proxy } from "../faults/proxy.ts";
import { RedisServer } from "../store/redis/server.ts";
import type { Fault } from "./fault.ts";
import { redisFaults } from "./faults/redis.ts";
import { diskFull, diskReadOnly, fileDamaged } from "./faults/sqlite.ts";
import type { LaneParts } from "./lane.ts";
import type { Supervised } from "./supervised.ts";
import type { Guard } from "./tidying.ts";

const DISK_MEGABYTES = 128;

/** What faults of a store need to know of the rest. */
export interface Around {
  daemon: Supervised;
  /** Resolves when all models that were published are known. */
  whenConfirmed(): Promise<void>;
  /** Another, empty store was begun. */
  begun(): void;
}

/** A store, and how it is looked into. */
export interface SoakedStore {
  name: string;
  /** As a daemon is told. */
  store: string;
  /** Options for it. */
  config: string;
  look: LaneParts["look"];
  /** What the daemon lives through. */
  faults(around: Around): Fault[];
  /** What ends it. */
  lastFaults(around: Around): Fault[];
}

/** A SQLite file, on a disk of its own if that can be had. */
export async function sqliteStore(
  all: AsyncDisposableStack,
  guard: Guard,
  folder: string,
): Promise<SoakedStore> {
  const disk = await Disk.make(DISK_MEGABYTES);
  if (disk) {
    all.use(disk);
    await guard.folder(disk.path);
  }
  const path = `${disk?.path ?? folder}/neurald.sqlite`;
  return {
    name: "SQLite",
    store: path,
    config: "",
    look: () => Promise.resolve(samplesInFile(path)),
    faults: ({ daemon, whenConfirmed, begun }) => [
      ...disk ? [diskFull(disk, path)] : [],
      fileDamaged(path, daemon, whenConfirmed, begun),
    ],
    lastFaults: ({ daemon }) => disk ? [diskReadOnly(disk, daemon)] : [],
  };
}

/** A Redis of its own, and a way to it that can become bad. */
export async function redisStore(
  all: AsyncDisposableStack,
  guard: Guard,
): Promise<SoakedStore> {
  const server = all.use(
    await RedisServer.start(["--maxmemory-policy", "noeviction"]),
  );
  await guard.folder(server.folder);
  const proxy = all.use(await Proxy.start(server.port));
  const admin = await Connection.open(server.url);
  all.defer(() => admin.close());
  const store = await openStore(server.url);
  all.defer(() => store.close());
  return {
    name: "Redis",
    store: `redis://127.0.0.1:${proxy.port}`,
    config: "redis { timeout = 1s; }",
    look: () => samplesIn(store),
    faults: () => redisFaults({ server, proxy, admin }),
    lastFaults: () => [],
  };
}
