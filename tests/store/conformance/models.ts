/**
 * What every store does with profiles and models.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { publication, readSamples, samples } from "../samples.ts";
import {
  type ConformanceTests,
  HOUR_SECONDS,
  keysOf,
  LIMIT,
  pass,
  publish,
  SERIES,
} from "./support.ts";

/** What every store does with profiles and models. */
export const MODEL_TESTS: ConformanceTests = {
  async "a model is published whole"(store) {
    const fields = {
      ann: new Uint8Array(200_000).fill(3),
      pca: new Uint8Array(),
      "any name \u0000 é 😀": new Uint8Array([0, 1, 255]),
      ["__proto__"]: new Uint8Array([1]),
    };
    const { profile, ...rest } = publication("key", { fields });
    const full = { ...profile, providers_digest: "p", distance: 2.5 };
    await store.lock(SERIES, "me", HOUR_SECONDS);
    const before = Date.now() / 1000 - 1;
    assert(
      await store.publish(SERIES, "me", { profile: full, ...rest, fields }),
    );

    assertEquals(await store.model(SERIES, "key"), fields);
    assertEquals(await store.model("another", "key"), undefined);
    const [stored, ...others] = await store.profiles(SERIES);
    assertEquals(others, []);
    assertEquals(stored.profile, full);
    assertEquals(stored.hasModel, true);
    assert(stored.usedAt >= before && stored.usedAt <= Date.now() / 1000 + 1);
    const [training] = await store.trainings(SERIES, 10);
    assertEquals(training.record, rest.record);
    // The lock is nobody's again.
    assertEquals(await store.lock(SERIES, "you", HOUR_SECONDS), undefined);
  },

  async "a model without fields is not there"(store) {
    await store.lock(SERIES, "me", HOUR_SECONDS);
    await store.publish(SERIES, "me", publication("key", { fields: {} }));
    assertEquals(await store.model(SERIES, "key"), undefined);
    const [{ hasModel }] = await store.profiles(SERIES);
    assertEquals(hasModel, false);
  },

  async "a model makes room for one with the same key"(store) {
    await publish(store, "key");
    await publish(store, "other");
    await store.lock(SERIES, "me", HOUR_SECONDS);
    const fields = { other: new Uint8Array([1]) };
    await pass();
    await store.publish(SERIES, "me", publication("key", { fields }));
    assertEquals(await store.model(SERIES, "key"), fields);
    assertEquals(await keysOf(store), ["key", "other"]);
  },

  async "nobody publishes without the lock"(store) {
    await store.addSamples(SERIES, samples("spam", "a"), LIMIT);
    const late = publication("late", { settlement: { upTo: 1e9, retain: 0 } });
    assertEquals(await store.publish(SERIES, "me", late), false);
    await store.lock(SERIES, "you", HOUR_SECONDS);
    assertEquals(await store.publish(SERIES, "me", late), false);
    assertEquals(await store.publish("another", "you", late), false);

    assertEquals(await store.profiles(SERIES), []);
    assertEquals(await store.model(SERIES, "late"), undefined);
    assertEquals(await store.trainings(SERIES, 10), []);
    assertEquals((await store.counts(SERIES)).fresh, { spam: 1, ham: 0 });
    assertEquals(await store.extendLock(SERIES, "you"), true);
  },

  async "publishing settles the pool"(store) {
    await store.addSamples(SERIES, samples("spam", "a b c"), LIMIT);
    await store.addSamples(SERIES, samples("ham", "x y"), LIMIT);
    const { ids } = await store.samples(SERIES);
    await store.addSamples(SERIES, samples("spam", "late"), LIMIT);
    await store.lock(SERIES, "me", HOUR_SECONDS);
    const settlement = { upTo: ids[4], retain: 2 };
    await store.publish(SERIES, "me", publication("key", { settlement }));
    assertEquals(readSamples(await store.samples(SERIES)), [
      { class: "spam", features: "b", isFresh: false },
      { class: "spam", features: "c", isFresh: false },
      { class: "ham", features: "x", isFresh: false },
      { class: "ham", features: "y", isFresh: false },
      { class: "spam", features: "late", isFresh: true },
    ]);
    assertEquals(await store.counts(SERIES), {
      fresh: { spam: 1, ham: 0 },
      retained: { spam: 2, ham: 2 },
      quarantined: 0,
    });
  },

  async "profiles are listed by their last use"(store) {
    for (const key of ["a", "b", "c"]) {
      await publish(store, key);
      await pass();
    }
    assertEquals(await keysOf(store), ["c", "b", "a"]);
    await store.touch(SERIES, "a");
    assertEquals(await keysOf(store), ["a", "c", "b"]);
  },

  async "profiles beyond a number are dropped with their models"(store) {
    for (const key of ["a", "b", "c", "d"]) {
      await publish(store, key);
      await pass();
    }
    const dropped = await store.prune(SERIES, {
      keep: 2,
      unusedSeconds: 3600,
      serving: "a",
    });
    assertEquals(dropped, [publication("b").profile]);
    assertEquals(await keysOf(store), ["d", "c", "a"]);
    assertEquals(await store.model(SERIES, "b"), undefined);
    assert(await store.model(SERIES, "a") !== undefined);
  },

  async "profiles unused for long are dropped, unless there is a model"(
    store,
  ) {
    await publish(store, "a", SERIES, {});
    await publish(store, "b", SERIES, {});
    await publish(store, "model");
    await pass();
    const old = { keep: 10, unusedSeconds: 3600 };
    assertEquals(await store.prune(SERIES, old), []);
    const all = { keep: 10, unusedSeconds: 0, serving: "b" };
    assertEquals(
      (await store.prune(SERIES, all)).map(({ redis_key }) => redis_key),
      ["a"],
    );
    assertEquals(await keysOf(store), ["model", "b"]);
    assertEquals(await store.prune(SERIES, all), []);
    assertEquals(
      (await store.prune(SERIES, { ...all, serving: "" })).length,
      1,
    );
    assertEquals(await keysOf(store), ["model"]);
  },

  async "models are counted without profiles that have none"(store) {
    for (const key of ["a", "b"]) {
      await publish(store, key);
      await pass();
    }
    for (const key of ["c", "d", "e"]) {
      await publish(store, key, SERIES, {});
      await pass();
    }
    await store.prune(SERIES, { keep: 2, unusedSeconds: 3600 });
    assertEquals(await keysOf(store), ["e", "d", "b", "a"]);
  },

  async "of a model some fields can be read"(store) {
    const fields = { ann: Uint8Array.of(1), pca: Uint8Array.of(2) };
    await publish(store, "a", SERIES, fields);
    const read = (...names: string[]) => store.model(SERIES, "a", names);
    assertEquals(await read("pca", "other"), { pca: Uint8Array.of(2) });
    assertEquals(await read("ann", "pca"), fields);
    assertEquals(await read("other"), undefined);
  },

  async "one model is removed, and its profile"(store) {
    await publish(store, "a");
    await publish(store, "b");
    assertEquals(await store.remove(SERIES, "a"), true);
    assertEquals(await keysOf(store), ["b"]);
    assertEquals(await store.model(SERIES, "a"), undefined);
    assertEquals(await store.remove(SERIES, "a"), false);
    assertEquals(await store.remove("another", "b"), false);
    assertEquals(await keysOf(store), ["b"]);
  },

  async "without a settlement the pool stays as it is"(store) {
    await store.addSamples(SERIES, samples("spam", "a b"), LIMIT);
    await store.lock(SERIES, "me", HOUR_SECONDS);
    const { settlement: _, ...rest } = publication("key");
    assert(await store.publish(SERIES, "me", rest));
    assertEquals(await keysOf(store), ["key"]);
    assertEquals((await store.counts(SERIES)).fresh, { spam: 2, ham: 0 });
  },
};
