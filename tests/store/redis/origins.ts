/**
 * Samples that are stored as vectors where rspamd has decided on the symbols,
 * and what is noted of them.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { encodeSample } from "../../../lib/features/sample.ts";
import type { Connection } from "../../../lib/store/redis/connection.ts";
import type { Dialect } from "../../../lib/store/redis/dialect.ts";
import { list, text } from "../../../lib/store/redis/replies.ts";
import type { Sample, Store } from "../../../lib/store/store.ts";
import { ANY_WORDS } from "../arbitrary_sample.ts";
import { sample } from "../samples.ts";
import { withRedis } from "./rig.ts";
import { profileFor, register } from "./rspamd_profiles.ts";

/** The series of the samples. */
export const SERIES = "rn3_default_3_default";

const METATOKENS = 46;
const HOUR_SECONDS = 3_600;

/** The symbols of words that samples may have. */
export const SYMBOLS = [...ANY_WORDS, "h", "s", "x", "y", "z"].map(symbolOf)
  .sort();

/** What rspamd has decided on. */
export const PROFILE = profileFor(SYMBOLS, 0);

const decoder = new TextDecoder();

function symbolOf(word: string): string {
  return `S_${word}`;
}

/**
 * A sample whose word is that of a symbol, so that it fits the profile.
 *
 * @param metatoken the first one, which tells samples of a word apart
 */
export function named(one: Sample, metatoken = 0): Sample {
  const features = encodeSample({
    version: 3,
    metatokens: [metatoken, ...new Array(METATOKENS - 1).fill(0)],
    symbols: [symbolOf(decoder.decode(one.features))],
    values: [1],
  });
  return { ...one, features };
}

/** As {@linkcode sample}, but it fits the profile. */
export function fitting(...args: Parameters<typeof sample>): Sample {
  return named(sample(...args));
}

/** Looks after the series, as the watch loop does. */
export async function tend(store: Store): Promise<void> {
  await store.tend(SERIES, { keep: 3, expireSeconds: HOUR_SECONDS });
}

/** Runs with the profile, so that samples are stored as vectors. */
export function withProfile(
  dialect: Dialect,
  run: (store: Store, redis: Connection) => Promise<void>,
): Promise<void> {
  return withRedis(dialect, async ({ store, redis }) => {
    await register(redis, SERIES, PROFILE);
    await tend(store);
    await run(store, redis);
  });
}

/** Has a training use up all samples, and retain some. */
export async function settle(store: Store, retain: number): Promise<void> {
  const { ids } = await store.samples(SERIES);
  await store.lock(SERIES, "me", HOUR_SECONDS);
  const settlement = { upTo: ids.at(-1) ?? 0, retain };
  await store.recordTraining(SERIES, "me", "{}", settlement);
}

/** How many origins and messages are noted; each message leads to an origin. */
export async function noted(
  redis: Connection,
  series = SERIES,
): Promise<{ origins: number; messages: number }> {
  const [origins, messages] = ["origins", "messages"]
    .map((name) => `${series}_neurald_${name}`);
  const refs = list(await redis.ask("HVALS", messages)).map(text);
  for (const ref of refs) {
    assertEquals(await redis.ask("HEXISTS", origins, ref), 1, ref);
  }
  assertEquals(new Set(refs).size, refs.length);
  return {
    origins: await redis.ask("HLEN", origins) as number,
    messages: refs.length,
  };
}
