/**
 * Samples and profiles under the names that series have beside another rspamd.
 *
 * @module
 */

import type { Series } from "../store.ts";
import type { RedisClient } from "./client.ts";
import { type Dialect, pluginVersionOf, type Sharing } from "./dialect.ts";
import { REGISTRY } from "./registry.ts";
import { list, text } from "./replies.ts";

/** Others wait while a script runs: some 5 ms for as many samples. */
const MOST_AT_A_TIME = "500";

/**
 * Takes over what neurald keeps under the names of the other version of
 * rspamd's plugin. Whoever is interrupted, or keeps something there later,
 * loses nothing: it is taken over the next time.
 *
 * @throws {import("../store.ts").StoreError} when Redis does not answer
 */
export async function takeOver(
  connection: RedisClient,
  { renamed }: Sharing,
  dialect: Dialect,
): Promise<void> {
  const version = pluginVersionOf(dialect);
  const known = list(await connection.ask("SMEMBERS", REGISTRY)).map(text);
  await Promise.all(known.map(async (other) => {
    const series = renamed(other, version);
    if (series !== undefined) await takeOverOne(connection, series, other);
  }));
}

async function takeOverOne(
  connection: RedisClient,
  series: Series,
  other: Series,
): Promise<void> {
  const { keys } = connection;
  const both = [...keys.of(series), ...keys.of(other), REGISTRY];
  const args = [series, other, MOST_AT_A_TIME];
  while (await connection.run("takeOver", both, args) === 0);
}
