/**
 * What a pool in Redis consists of.
 *
 * @module
 */

import { MAIL_CLASSES, type MailClass } from "../../features/mail_class.ts";
import type { PoolGroup, Series } from "../store.ts";
import type { RedisClient } from "./client.ts";
import { inParts } from "./in_parts.ts";
import { type Origin, originOf } from "./origins.ts";
import { poolCounts } from "./overview.ts";
import { list, text } from "./replies.ts";

/** Others wait while a script runs: some 2 ms for as many vectors. */
const MOST_AT_A_TIME = 500;

/** Counts samples by what they have in common. */
class Groups {
  readonly #groups = new Map<string, PoolGroup>();

  add(
    mailClass: MailClass,
    fresh: boolean,
    { source, at }: Origin,
    samples = 1,
  ): void {
    const key = `${mailClass} ${fresh} ${source}`;
    let group = this.#groups.get(key);
    if (!group) {
      group = { class: mailClass, source, fresh, samples: 0 };
      this.#groups.set(key, group);
    }
    group.samples += samples;
    if (at === undefined) return;
    group.oldest = Math.min(group.oldest ?? at, at);
    group.newest = Math.max(group.newest ?? at, at);
  }

  all(): PoolGroup[] {
    return [...this.#groups.values()];
  }
}

/**
 * What a pool consists of. It is asked in several steps, between which others
 * may change it, so that none keeps them waiting.
 */
export async function poolGroups(
  connection: RedisClient,
  series: Series,
): Promise<PoolGroup[]> {
  const { keys } = connection;
  const kinds = MAIL_CLASSES.flatMap((mailClass) =>
    [true, false].map((fresh) => ({ mailClass, fresh }))
  );
  const [counted, noted, ...ids] = await Promise.all([
    connection.run("counts", keys.of(series), []),
    connection.ask("HGETALL", keys.origins(series)),
    ...kinds.map(({ mailClass, fresh }) => {
      const key = keys.samples(series, mailClass, fresh);
      return connection.ask("ZRANGE", key, "0", "-1");
    }),
  ]);
  const origins = new Map<string, Origin>();
  for (let i = 0, all = list(noted); i < all.length; i += 2) {
    origins.set(text(all[i]), originOf(all[i + 1]));
  }
  const groups = new Groups();
  // Of what is fresh the rest are vectors.
  const { fresh: vectors } = poolCounts(counted);
  for (const [i, { mailClass, fresh }] of kinds.entries()) {
    const own = list(ids[i]).map(text);
    for (const id of own) {
      groups.add(mailClass, fresh, origins.get(id) ?? { source: "unknown" });
    }
    if (fresh) vectors[mailClass] -= own.length;
  }
  const ours = [...origins.values()].filter(({ vector }) => vector);
  for (const { mailClass, origin } of await stored(connection, series, ours)) {
    groups.add(mailClass, true, origin);
    vectors[mailClass]--;
  }
  for (const mailClass of MAIL_CLASSES) {
    const rest = vectors[mailClass];
    if (rest > 0) groups.add(mailClass, true, { source: "rspamd" }, rest);
  }
  return groups.all();
}

/** Those vectors that are still there, and of which class they are. */
async function stored(
  connection: RedisClient,
  series: Series,
  origins: Origin[],
): Promise<{ mailClass: MailClass; origin: Origin }[]> {
  const parts = await Promise.all(
    inParts(origins, MOST_AT_A_TIME).map((part) =>
      connection.run(
        "classesOfVectors",
        connection.keys.of(series),
        part.map(({ vector }) => vector!),
      )
    ),
  );
  return parts.flatMap(list).flatMap((reply, i) => {
    const mailClass = [undefined, "spam", "ham"][reply as number];
    return mailClass
      ? [{ mailClass: mailClass as MailClass, origin: origins[i] }]
      : [];
  });
}
