/**
 * How rspamd keeps things, which depends on its version.
 *
 * @module
 */

import type { PluginVersion, Series } from "../store.ts";
import type { RedisClient } from "./client.ts";

/**
 * Named by the major version of rspamd that most have:
 *
 * | | is that of | keeps vectors in | and of a model |
 * |---|---|---|---|
 * | 2 | 2.x, 3.0 and 3.1 | lists | `ann` |
 * | 3 | 3.2 and later | sets | `roc_thresholds` too |
 * | 4 | 4.x | sets | as 3 does, under other keys, and all of it expires |
 */
export type Dialect = 2 | 3 | 4;

/** With which rspamd a Redis is shared, or how to find out. */
export interface Sharing {
  /** What is configured; nothing else is looked for then. */
  dialect?: Dialect;
  /** The series that rspamd would have begun, by the version of its plugin. */
  candidates: (version: PluginVersion) => Series[];
  /** What a series of the other version is called in this one, if it is ours. */
  renamed: (series: Series, version: PluginVersion) => Series | undefined;
}

/** The version of the plugin that speaks a dialect. */
export function pluginVersionOf(dialect: Dialect): PluginVersion {
  return dialect === 4 ? 3 : 2;
}

/**
 * The dialect of the rspamd that has kept something there: the newest of
 * several. Where it is not to be seen, the dialect stays as it is, or is that
 * of the newest rspamd.
 *
 * @param current what it was until now
 * @throws {import("../store.ts").StoreError} when Redis does not answer
 */
export async function findDialect(
  connection: RedisClient,
  { dialect, candidates }: Sharing,
  current?: Dialect,
): Promise<Dialect> {
  if (dialect !== undefined) return dialect;
  const [older, newer] = [candidates(2), candidates(3)];
  const [hasOlder, hasNewer] = await Promise.all([
    anyThere(connection, older),
    anyThere(connection, newer),
  ]);
  // Two questions are all where there are the keys of one version only.
  if (!hasOlder) return hasNewer ? 4 : current ?? 4;
  if (hasNewer && await traceOf(connection, newer) !== "none") return 4;
  const trace = await traceOf(connection, older);
  if (trace === "none") return current ?? 4;
  if (trace === "profile") return current === 2 ? 2 : 3;
  return trace === "lists" ? 2 : 3;
}

async function anyThere(
  connection: RedisClient,
  series: Series[],
): Promise<boolean> {
  const [first, ...others] = series;
  if (first === undefined) return false;
  return await connection.ask("EXISTS", first, ...others) !== 0;
}

/** What `trace.lua` answers, by number. */
const TRACES = ["none", "profile", "lists", "sets"] as const;

type Trace = typeof TRACES[number];

/** The first that tells more than that there is a profile of rspamd's. */
async function traceOf(
  connection: RedisClient,
  series: Series[],
): Promise<Trace> {
  let found: Trace = "none";
  for (const one of series) {
    const answer = await connection.run("trace", connection.keys.of(one), []);
    const trace = TRACES[answer as number];
    if (trace === "lists" || trace === "sets") return trace;
    if (trace === "profile") found = trace;
  }
  return found;
}
