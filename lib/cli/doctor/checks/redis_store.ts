/**
 * What is to be said of a store in Redis.
 *
 * @module
 */

import type { RedisFacts, ServerFacts } from "../../../store/redis/facts.ts";
import type { Remark } from "../finding.ts";
import { bytes } from "../bytes_text.ts";

/** Scripts that ask for the time may write since this version. */
const LEAST_VERSION = 5;

/** Scores wait for nothing, but what is learned does. */
const SLOW_MS = 100;

const FULL_SHARE = 0.9;

/** Judges a Redis by what it says. */
export function remarksOnRedis(
  { url, server, problem }: RedisFacts,
): Remark[] {
  const cli = cliFor(server?.address ?? addressIn(url));
  const remarks = server ? remarksOnServer(server, cli) : [];
  if (problem !== undefined) {
    const fix = FIXES.find(([said]) => said.test(problem))?.[1] ??
      "{cli} ping tells whether it answers";
    remarks.unshift({
      level: "error",
      message: problem,
      fix: fix.replaceAll("{cli}", cli),
    });
  }
  return remarks;
}

/** What to do about what it answers, by what that says. */
const FIXES: readonly (readonly [said: RegExp, fix: string])[] = [
  [
    /\(WRONGPASS\)/,
    "set redis { username; password; } to those of {cli} ACL LIST",
  ],
  [/\(NOAUTH\)/, 'add redis { password = "…"; } to the configuration'],
  [
    /\(NOPERM\)/,
    "{cli} ACL SETUSER USER '~rn*' '~neurald_*' '~{neurald:*' +@all " +
    "-@admin -@dangerous +info (rn: the configured prefix)",
  ],
  [
    /\((READONLY|MASTERDOWN)\)/,
    "redis { write_servers = …; } names the master, which {cli} ROLE tells",
  ],
  [
    /\(OOM\)/,
    "{cli} CONFIG SET maxmemory 1gb, and the same in redis.conf",
  ],
  [
    /\(MISCONF\)/,
    "see Redis' log and df for its folder: {cli} CONFIG GET dir",
  ],
  [/\(NOREPLICAS\)/, "start its replicas: {cli} INFO replication"],
  [/\(LOADING\)/, "wait for it: {cli} INFO persistence"],
  [/\(BUSY\)/, "{cli} SCRIPT KILL"],
  [
    /\((MOVED|CROSSSLOT)\)/,
    "redis { cluster = true; }, or --store redis+cluster://HOST:PORT",
  ],
  [/CLUSTERDOWN|slots/, "{cli} --cluster fix HOST:PORT"],
  [
    /refuses connections|no such socket/,
    "systemctl start redis-server, or name where it is: " +
    "redis { servers = …; } or --store redis://HOST:PORT",
  ],
  [
    /permission denied/,
    "add neurald to the group of Redis: systemctl edit neurald, " +
    "SupplementaryGroups=redis",
  ],
  [
    /no host of this name|cannot be looked up/,
    "correct redis { servers = …; }, or see resolvectl query HOST",
  ],
  [
    /did not answer|no way to this/,
    "{cli} ping from this host; a firewall may be between, or Redis hangs: " +
    "systemctl status redis-server",
  ],
];

function remarksOnServer(server: ServerFacts, cli: string): Remark[] {
  const { version, latencyMs, cluster } = server;
  const named = version === undefined
    ? "Redis does not tell its version"
    : `Redis ${version}`;
  const isOld = version !== undefined && parseInt(version) < LEAST_VERSION;
  const answer = `${named}, answers in ${latencyMs.toFixed(1)} ms`;
  const remarks: Remark[] = [
    isOld
      ? {
        level: "error",
        message: `${answer}; ${LEAST_VERSION}.0 or newer is needed`,
        fix: "apt install redis-server, of a newer release",
      }
      : latencyMs > SLOW_MS
      ? {
        level: "warning",
        message: `${answer}, which is slow`,
        fix: `${cli} --latency, and ${cli} SLOWLOG GET 10`,
      }
      : { level: "ok", message: answer },
  ];
  if (cluster !== undefined && cluster !== "ok") {
    remarks.push({
      level: "error",
      message: `the state of its cluster is ${cluster}`,
      fix: `${cli} --cluster check ${server.address}`,
    });
  }
  return [
    ...remarks,
    ...remarksOnMemory(server, cli),
    ...remarksOnDisk(server, cli),
  ];
}

function remarksOnMemory(
  { evictionPolicy = "", usedBytes, mostBytes = 0 }: ServerFacts,
  cli: string,
): Remark[] {
  const remarks: Remark[] = [];
  const hasLimit = mostBytes > 0;
  if (evictionPolicy.startsWith("allkeys-")) {
    remarks.push({
      level: hasLimit ? "warning" : "note",
      message: `maxmemory-policy is ${evictionPolicy}: ` +
        (hasLimit
          ? "when its memory is full it drops samples and models"
          : "with a maxmemory it would drop samples and models"),
      fix: `${cli} CONFIG SET maxmemory-policy noeviction, and the same in ` +
        "redis.conf; or give neurald a Redis of its own",
    });
  } else if (evictionPolicy.startsWith("volatile-") && hasLimit) {
    remarks.push({
      level: "note",
      message: `maxmemory-policy is ${evictionPolicy}: when its memory is ` +
        "full it drops models, which expire",
      fix: `${cli} CONFIG SET maxmemory-policy noeviction, and the same in ` +
        "redis.conf",
    });
  }
  if (usedBytes !== undefined && hasLimit) {
    const message = `${bytes(usedBytes)} of ${bytes(mostBytes)} are used`;
    if (usedBytes > FULL_SHARE * mostBytes) {
      remarks.push({
        level: "warning",
        message: `its memory is nearly full: ${message}`,
        fix: `${cli} CONFIG SET maxmemory ${2 * mostBytes}, and the same in ` +
          "redis.conf; or a smaller max_pool",
      });
    }
  }
  return remarks;
}

function remarksOnDisk(
  { appends, savePoints, lastSave }: ServerFacts,
  cli: string,
): Remark[] {
  if (lastSave !== undefined && lastSave !== "ok") {
    return [{
      level: "warning",
      message: "it could not save to its disk the last time",
      fix: `see its log, and df for its folder: ${cli} CONFIG GET dir`,
    }];
  }
  if (appends === false && savePoints === "") {
    return [{
      level: "warning",
      message: "it keeps nothing on disk: a restart loses samples and models",
      fix: `${cli} CONFIG SET appendonly yes, and the same in redis.conf`,
    }];
  }
  return [];
}

/** The first server that a URL without secrets names. */
function addressIn(url: string): string {
  if (url.startsWith("redis+unix://")) {
    return url.slice("redis+unix://".length).split("?")[0];
  }
  return /^[^:]*:\/\/([^,/]+)/.exec(url)?.[1] ?? "HOST:PORT";
}

/** How to call it by hand. */
function cliFor(address: string): string {
  if (address.startsWith("/")) return `redis-cli -s ${address}`;
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
  return `redis-cli -h ${host} -p ${address.slice(colon + 1)}`;
}
