/**
 * The keys of a series in Redis.
 *
 * @module
 */

import type { MailClass } from "../../features/mail_class.ts";
import type { Series } from "../store.ts";

const OWN = [
  "state",
  "digests",
  "samples",
  "spam_fresh",
  "spam_retained",
  "ham_fresh",
  "ham_retained",
  "quarantine",
  "trainings",
  "origins",
  "messages",
];

/** What the keys of a series are called. */
export interface Keys {
  /**
   * The keys that every script gets, in the order of
   * `lib/lua_scripts/pool.lua`.
   */
  of(series: Series): string[];
  /** Of these, those that a series in use has at least one of. */
  inUse(series: Series): string[];
  /** Puts those series together that one request may be about. */
  together(series: readonly Series[]): Series[][];
  /** The first of these, where the profiles are. */
  profiles(series: Series): string;
  /** Where the records of trainings are. */
  trainings(series: Series): string;
  /** Where ids of a class are, of samples that are fresh or retained. */
  samples(series: Series, mailClass: MailClass, isFresh: boolean): string;
  /** Where the origins of samples are. */
  origins(series: Series): string;
  /** Where a model is, by its key outside of Redis. */
  ofModel(series: Series, key: string): string;
  /** The key of a model outside of Redis, by where it is. */
  modelAt(series: Series, place: string): string;
}

function keysWith(
  prefixOf: (series: Series) => string,
  inCluster: boolean,
): Keys {
  const profiles = (series: Series) => prefixOf(series) + series;
  const of = (series: Series) => {
    const first = profiles(series);
    return [
      first,
      ...OWN.map((name) => `${first}_neurald_${name}`),
      ...inCluster ? [`${first}_neurald_guard`] : [],
    ];
  };
  return {
    of,
    inUse(series) {
      const [first, , , samples, , , , , quarantine, trainings] = of(series);
      return [first, samples, quarantine, trainings];
    },
    together: (series) =>
      inCluster ? series.map((one) => [one]) : [[...series]],
    profiles,
    trainings: (series) => of(series)[9],
    samples: (series, mailClass, isFresh) =>
      `${profiles(series)}_neurald_${mailClass}_${
        isFresh ? "fresh" : "retained"
      }`,
    origins: (series) => of(series)[10],
    ofModel: (series, key) => prefixOf(series) + key,
    modelAt: (series, place) => place.slice(prefixOf(series).length),
  };
}

/**
 * The first key of a series is rspamd's, and so are those of models; the others
 * begin with the first one.
 */
export const PLAIN_KEYS: Keys = keysWith(() => "", false);

/**
 * In a cluster all keys of a series begin with the same braces, which put them
 * on one server. The last of those for scripts is of nothing that is ever
 * there: so Redis refuses a script whole while the keys are moved to another
 * server, rather than in its midst, at a key that has gone already.
 */
export const CLUSTER_KEYS: Keys = keysWith(
  // Empty braces, or a series that begins with the closing one, would not do.
  (series) => `{neurald:${series}}`,
  true,
);
