/**
 * What every store does with locks and training records.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { publication, samples } from "../samples.ts";
import {
  type ConformanceTests,
  HOUR_SECONDS,
  LIMIT,
  pass,
  SERIES,
} from "./support.ts";

/** What every store does with locks and training records. */
export const TRAINING_TESTS: ConformanceTests = {
  async "one holder at a time"(store) {
    assertEquals(await store.lock(SERIES, "me", HOUR_SECONDS), undefined);
    const holder = await store.lock(SERIES, "you", HOUR_SECONDS);
    assertEquals(holder?.holder, "me");
    assert(Math.abs(holder!.at - Date.now() / 1000) < 5);
    assertEquals(await store.extendLock(SERIES, "you"), false);
    await store.unlock(SERIES, "you");
    assertEquals(
      (await store.lock(SERIES, "you", HOUR_SECONDS))?.holder,
      "me",
    );
    assertEquals(await store.lock("another", "you", HOUR_SECONDS), undefined);
    await store.unlock(SERIES, "me");
    assertEquals(await store.extendLock(SERIES, "me"), false);
    assertEquals(await store.lock(SERIES, "you", HOUR_SECONDS), undefined);
  },

  async "a holder may take its lock again, and extend it"(store) {
    await store.lock(SERIES, "me", HOUR_SECONDS);
    const first = await store.lock(SERIES, "you", HOUR_SECONDS);
    await pass();
    assertEquals(await store.lock(SERIES, "me", HOUR_SECONDS), undefined);
    const second = await store.lock(SERIES, "you", HOUR_SECONDS);
    assert(second!.at > first!.at);
    await pass();
    assertEquals(await store.extendLock(SERIES, "me"), true);
    const third = await store.lock(SERIES, "you", HOUR_SECONDS);
    assert(third!.at > second!.at);
  },

  async "a lock that expired can be taken, and its holder has lost it"(store) {
    await store.lock(SERIES, "me", HOUR_SECONDS);
    await pass();
    assertEquals(await store.lock(SERIES, "you", 0.001), undefined);
    assertEquals(await store.extendLock(SERIES, "me"), false);
    assertEquals(
      await store.publish(SERIES, "me", publication("key")),
      false,
    );
    assert(await store.publish(SERIES, "you", publication("key")));
  },

  async "a lock alone makes no series"(store) {
    await store.lock(SERIES, "me", HOUR_SECONDS);
    assertEquals(await store.series(), []);
  },

  async "a training that published nothing is recorded"(store) {
    await store.addSamples(SERIES, samples("spam", "a b"), LIMIT);
    const { ids } = await store.samples(SERIES);
    await store.lock(SERIES, "me", HOUR_SECONDS);
    await store.recordTraining(SERIES, "me", "first");
    assertEquals((await store.counts(SERIES)).fresh.spam, 2);
    assertEquals(await store.lock(SERIES, "you", HOUR_SECONDS), undefined);

    const settlement = { upTo: ids[0], retain: 5 };
    await store.recordTraining(SERIES, "you", "second", settlement);
    const counts = await store.counts(SERIES);
    assertEquals([counts.fresh.spam, counts.retained.spam], [1, 1]);
    const records = await store.trainings(SERIES, 10);
    assertEquals(records.map(({ record }) => record), ["second", "first"]);
    assert(records.every(({ at }) => Math.abs(at - Date.now() / 1000) < 5));
  },

  async "who lost the lock records, but settles and releases nothing"(store) {
    await store.addSamples(SERIES, samples("spam", "a b"), LIMIT);
    await store.lock(SERIES, "you", HOUR_SECONDS);
    const settlement = { upTo: 1e9, retain: 0 };
    await store.recordTraining(SERIES, "me", "lost the lock", settlement);
    assertEquals((await store.trainings(SERIES, 10)).length, 1);
    assertEquals((await store.counts(SERIES)).fresh.spam, 2);
    assertEquals(await store.extendLock(SERIES, "you"), true);
  },

  async "the newest 100 training records are kept"(store) {
    for (let number = 1; number <= 103; number++) {
      await store.recordTraining(SERIES, "me", `${number}`);
    }
    await store.recordTraining("another", "me", "its own");
    const all = await store.trainings(SERIES, 1_000);
    assertEquals(all.length, 100);
    assertEquals(all[99].record, "4");
    const newest = await store.trainings(SERIES, 2);
    assertEquals(newest.map(({ record }) => record), ["103", "102"]);
  },
};
