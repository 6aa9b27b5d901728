/**
 * What the conformance tests have in common.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Store } from "../../../lib/store/store.ts";
import { publication } from "../samples.ts";

/** Conformance tests by name. Each gets an empty store. */
export type ConformanceTests = Record<string, (store: Store) => Promise<void>>;

/** A series to work on. */
export const SERIES = "rn3_default_3_default";

/** A number of samples that no test reaches. */
export const LIMIT = 10_000;

/** An expiration that no test reaches. */
export const HOUR_SECONDS = 3_600;

/** Publishes a model; the lock is nobody's before and after. */
export async function publish(
  store: Store,
  key: string,
  series = SERIES,
  fields = publication(key).fields,
): Promise<void> {
  assertEquals(await store.lock(series, "publisher", HOUR_SECONDS), undefined);
  assert(
    await store.publish(series, "publisher", publication(key, { fields })),
  );
}

/** The keys of the profiles of a series, in the order of the store. */
export async function keysOf(
  store: Store,
  series = SERIES,
): Promise<string[]> {
  const profiles = await store.profiles(series);
  return profiles.map(({ profile }) => profile.redis_key);
}

/** Lets the clock advance, so that what follows is later. */
export function pass(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

/** What a pool consists of, one line for each group, without times. */
export async function groupsOf(
  store: Pick<Store, "pool">,
  series = SERIES,
): Promise<string[]> {
  const groups = await store.pool(series);
  return groups.map(({ samples, fresh, class: mailClass, source }) =>
    `${samples} ${fresh ? "fresh" : "retained"} ${mailClass} of ${source}`
  ).sort();
}
