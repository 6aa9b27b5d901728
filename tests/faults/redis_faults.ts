/**
 * What may go wrong with a Redis, or on the way to it.
 *
 * @module
 */

import type { Connection } from "../../lib/store/redis/connection.ts";
import type { RedisServer } from "../store/redis/server.ts";
import type { Proxy } from "./proxy.ts";
import type { Fault } from "./witness.ts";

/** What faults are made of. */
export interface RedisRig {
  server: RedisServer;
  proxy: Proxy;
  /** Past the proxy. */
  admin: Connection;
}

/** Faults by their names, for daemons that wait for a second. */
export const REDIS_FAULTS: Record<string, (rig: RedisRig) => Fault> = {
  "too slow": ({ proxy }) => ({
    begin: () => void (proxy.delayMs = 2000),
    end: () => void (proxy.delayMs = 0),
    said: "did not answer within 1000 ms",
    reason: "timeout",
  }),
  "half-open": ({ proxy }) => ({
    begin: () => void (proxy.swallows = true),
    end: () => void (proxy.swallows = false),
    said: "did not answer within 1000 ms",
    reason: "timeout",
  }),
  "out of memory": ({ admin }) => ({
    begin: () => setting(admin, "maxmemory", "1"),
    end: () => setting(admin, "maxmemory", "0"),
    said: "it has no memory left (OOM)",
    reason: "out_of_memory",
  }),
  "restarted": ({ server }) => ({
    begin: () => server.stop("SIGKILL"),
    end: () => server.startAgain(),
    said: "redis://",
    reason: "unreachable",
  }),
};

async function setting(
  admin: Connection,
  name: string,
  value: string,
): Promise<void> {
  await admin.ask("CONFIG", "SET", name, value);
}
