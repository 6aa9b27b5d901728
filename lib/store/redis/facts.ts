/**
 * What a Redis says of itself.
 *
 * @module
 */

import type { Dialect } from "./dialect.ts";
import { type Link, LinkError } from "./link.ts";
import { list, text } from "./replies.ts";

/** What there is to know of a store in Redis. */
export interface RedisFacts {
  /** Tells the kinds of stores apart. */
  kind: "redis";
  /** Without secrets; no more than its scheme where it makes no sense. */
  url: string;
  /** Of the server that was asked; absent where `problem` says why. */
  server?: ServerFacts;
  /** Why something of all that is needed cannot be done, for people. */
  problem?: string;
  /** Of the rspamd whose keys are used. */
  dialect?: Dialect;
  /** Of the rspamd that has left something; `dialect` where none has. */
  foundDialect?: Dialect;
}

/** What one server says of itself; what it does not tell is absent. */
export interface ServerFacts {
  /** Such as `127.0.0.1:6379`. */
  address: string;
  /** Such as `7.0.15`. */
  version?: string;
  /** Whether it is part of a cluster, and in which state that is. */
  cluster?: string;
  /** What it does when its memory is full, such as `allkeys-lru`. */
  evictionPolicy?: string;
  usedBytes?: number;
  /** 0 where there is no limit. */
  mostBytes?: number;
  /** Whether it appends to a file what it is told. */
  appends?: boolean;
  /** When it saves all that it has; empty where it does not. */
  savePoints?: string;
  /** Whether the last time that it saved went well. */
  lastSave?: string;
  /** Half the questions are answered faster, in milliseconds. */
  latencyMs: number;
  /** How far its clock is ahead, in seconds. */
  clockAheadSeconds: number;
}

/** So many questions tell how fast it answers. */
const PINGS = 5;

/**
 * Asks a server about itself.
 *
 * @param now unix time in milliseconds
 * @throws {LinkError} (as a rejection) when it does not answer
 */
export async function askServer(
  link: Link,
  address: string,
  now: () => number,
): Promise<ServerFacts> {
  const information = fieldsIn(await told(link, "INFO"));
  const count = (name: string) => {
    const value = information.get(name);
    return value === undefined ? undefined : Number(value);
  };
  const cluster = count("cluster_enabled") === 1
    ? fieldsIn(await told(link, "CLUSTER", "INFO")).get("cluster_state")
    : undefined;
  const appends = count("aof_enabled");
  return {
    address,
    version: information.get("redis_version"),
    cluster,
    evictionPolicy: information.get("maxmemory_policy"),
    usedBytes: count("used_memory"),
    mostBytes: count("maxmemory"),
    appends: appends === undefined ? undefined : appends === 1,
    savePoints: await savePoints(link),
    lastSave: information.get("rdb_last_bgsave_status"),
    ...await measure(link, now),
  };
}

/** What a server answers, if its user may ask. */
async function told(link: Link, ...question: string[]): Promise<string> {
  try {
    return text(await link.ask(...question));
  } catch (error) {
    if (isForbidden(error)) return "";
    throw error;
  }
}

/** Where the command was renamed, as some do, nobody may ask. */
function isForbidden(error: unknown): boolean {
  return error instanceof LinkError &&
    (error.code === "NOPERM" || error.code === "ERR");
}

async function savePoints(link: Link): Promise<string | undefined> {
  try {
    const [, points] = list(await link.ask("CONFIG", "GET", "save"));
    return points === undefined ? undefined : text(points);
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}

function fieldsIn(information: string): Map<string, string> {
  return new Map(
    information.split(/\r?\n/).filter((line) => line.includes(":"))
      .map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1)];
      }),
  );
}

async function measure(
  link: Link,
  now: () => number,
): Promise<Pick<ServerFacts, "latencyMs" | "clockAheadSeconds">> {
  const measured: { tookMs: number; aheadMs: number }[] = [];
  for (let i = 0; i < PINGS; i++) {
    const [begin, at] = [performance.now(), now()];
    const [seconds, micros] = list(await link.ask("TIME"))
      .map((reply) => Number(text(reply)));
    const tookMs = performance.now() - begin;
    const aheadMs = 1000 * seconds + micros / 1000 - (at + tookMs / 2);
    measured.push({ tookMs, aheadMs });
  }
  measured.sort((a, b) => a.tookMs - b.tookMs);
  // The fastest answer leaves the least doubt.
  return {
    latencyMs: measured[PINGS >> 1].tookMs,
    clockAheadSeconds: measured[0].aheadMs / 1000,
  };
}
