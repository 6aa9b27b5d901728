/**
 * What every store does with samples.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { readSamples, sample, samples, wordsOf } from "../samples.ts";
import {
  type ConformanceTests,
  HOUR_SECONDS,
  LIMIT,
  SERIES,
} from "./support.ts";

/** What every store does with samples. */
export const POOL_TESTS: ConformanceTests = {
  async "later samples have greater ids than the newest one"(store) {
    assertEquals(await store.takeIn(SERIES), 0);
    await store.addSamples(SERIES, samples("spam", "a b"), LIMIT);
    const newest = await store.takeIn(SERIES);
    assertEquals((await store.samples(SERIES)).ids.at(-1), newest);
    assertEquals(await store.takeIn(SERIES), newest);
    await store.addSamples(SERIES, samples("ham", "c"), LIMIT);
    assert((await store.samples(SERIES)).ids.at(-1)! > newest);
  },

  async "samples come back in the order of arrival"(store) {
    const outcomes = await store.addSamples(SERIES, [
      sample("spam", "one"),
      sample("ham", "two"),
      sample("spam", ""),
    ], LIMIT);
    await store.addSamples(SERIES, [sample("ham", "four")], LIMIT);
    assertEquals(outcomes, ["added", "added", "added"]);
    const stored = await store.samples(SERIES);
    assertEquals(readSamples(stored), [
      { class: "spam", features: "one", isFresh: true },
      { class: "ham", features: "two", isFresh: true },
      { class: "spam", features: "", isFresh: true },
      { class: "ham", features: "four", isFresh: true },
    ]);
    assertEquals(stored.bytes.length, "onetwofour".length);
    assert(stored.ids.every((id, i) => i === 0 || id > stored.ids[i - 1]));
  },

  async "samples can be transferred whole"(store) {
    await store.addSamples(SERIES, samples("spam", "a b"), LIMIT);
    const { bytes, ends, isSpam, isFresh, ids } = await store.samples(SERIES);
    for (const array of [bytes, ends, isSpam, isFresh, ids]) {
      assertEquals(array.byteLength, array.buffer.byteLength);
      assert(array.buffer instanceof ArrayBuffer);
    }
    structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] });
    assertEquals(wordsOf(await store.samples(SERIES)), "a b");
  },

  async "a sample that is known changes nothing"(store) {
    await store.addSamples(SERIES, samples("spam", "a b"), LIMIT);
    const before = await store.samples(SERIES);
    const outcomes = await store.addSamples(SERIES, [
      sample("spam", "a"),
      sample("ham", "c"),
      sample("ham", "c"),
    ], LIMIT);
    assertEquals(outcomes, ["known", "added", "known"]);
    const after = await store.samples(SERIES);
    assertEquals(wordsOf(after), "a b c");
    assertEquals(after.ids.slice(0, 2), before.ids);
  },

  async "a sample of the other class moves and is the newest"(store) {
    await store.addSamples(SERIES, samples("spam", "a b"), LIMIT);
    const { ids } = await store.samples(SERIES);
    assertEquals(
      await store.addSamples(SERIES, [sample("ham", "a")], LIMIT),
      ["moved"],
    );
    const after = await store.samples(SERIES);
    assertEquals(readSamples(after), [
      { class: "spam", features: "b", isFresh: true },
      { class: "ham", features: "a", isFresh: true },
    ]);
    assert(after.ids[1] > ids[1]);
    assertEquals((await store.counts(SERIES)).fresh, { spam: 1, ham: 1 });
  },

  async "a retained sample that moves is fresh again"(store) {
    await store.addSamples(SERIES, samples("spam", "a"), LIMIT);
    await store.lock(SERIES, "me", HOUR_SECONDS);
    await store.recordTraining(SERIES, "me", "{}", {
      upTo: Number.MAX_SAFE_INTEGER,
      retain: 10,
    });
    await store.addSamples(SERIES, samples("spam", "a"), LIMIT);
    assertEquals((await store.counts(SERIES)).retained, { spam: 1, ham: 0 });
    await store.addSamples(SERIES, samples("ham", "a"), LIMIT);
    assertEquals(await store.counts(SERIES), {
      fresh: { spam: 0, ham: 1 },
      retained: { spam: 0, ham: 0 },
      quarantined: 0,
    });
  },

  async "samples belong to their series"(store) {
    await store.addSamples("first", samples("spam", "a b"), LIMIT);
    assertEquals(
      await store.addSamples("second", [sample("ham", "a")], LIMIT),
      ["added"],
    );
    assertEquals(wordsOf(await store.samples("first")), "a b");
    assertEquals(wordsOf(await store.samples("second")), "a");
    assertEquals((await store.counts("first")).fresh, { spam: 2, ham: 0 });
  },

  async "bytes of any kind are kept, also parts of a larger buffer"(store) {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await store.addSamples(SERIES, [
      { class: "spam", source: "auto", features: all },
      { class: "ham", source: "auto", features: all.subarray(10, 20) },
    ], LIMIT);
    const { bytes } = await store.samples(SERIES);
    assertEquals(bytes, new Uint8Array([...all, ...all.subarray(10, 20)]));
    assertEquals(all.byteLength, 256);
  },

  async "large samples are kept, and stay the caller's"(store) {
    const features = new Uint8Array(300_000).fill(7);
    const adding = store.addSamples(
      SERIES,
      [{ class: "spam", source: "auto", features }],
      LIMIT,
    );
    features[0] = 8;
    await adding;
    assertEquals(features.length, 300_000);
    const { bytes } = await store.samples(SERIES);
    assertEquals(bytes, new Uint8Array(300_000).fill(7));
  },

  async "the oldest samples make room, class by class"(store) {
    await store.addSamples(SERIES, samples("spam", "a b c"), 3);
    await store.addSamples(SERIES, samples("ham", "x y"), 3);
    await store.addSamples(SERIES, samples("spam", "d"), 3);
    assertEquals(wordsOf(await store.samples(SERIES)), "b c x y d");
    assertEquals((await store.counts(SERIES)).fresh, { spam: 3, ham: 2 });
    // A lower limit is met as soon as a sample of the class is added.
    await store.addSamples(SERIES, samples("spam", "e"), 2);
    assertEquals(wordsOf(await store.samples(SERIES)), "x y d e");
  },

  async "retained samples make room before fresh ones"(store) {
    await store.addSamples(SERIES, samples("spam", "a b"), 4);
    const { ids } = await store.samples(SERIES);
    await store.addSamples(SERIES, samples("spam", "c d"), 4);
    await store.lock(SERIES, "me", HOUR_SECONDS);
    // Retains a and b, then moves a, which is fresh and the newest now.
    await store.recordTraining(SERIES, "me", "{}", { upTo: ids[1], retain: 4 });
    await store.addSamples(SERIES, samples("ham", "a"), 4);
    await store.addSamples(SERIES, samples("spam", "a"), 4);
    await store.addSamples(SERIES, samples("spam", "e"), 4);
    assertEquals(wordsOf(await store.samples(SERIES)), "c d a e");
    await store.addSamples(SERIES, samples("spam", "f"), 4);
    assertEquals(wordsOf(await store.samples(SERIES)), "d a e f");
  },

  async "a batch larger than the limit leaves its newest samples"(store) {
    const outcomes = await store.addSamples(
      SERIES,
      samples("spam", "a b a c a"),
      2,
    );
    assertEquals(outcomes, ["added", "added", "known", "added", "added"]);
    assertEquals(wordsOf(await store.samples(SERIES)), "c a");
  },

  async "nothing to add is nothing"(store) {
    assertEquals(await store.addSamples(SERIES, [], LIMIT), []);
    assertEquals(await store.series(), []);
  },

  async "samples are quarantined with a reason"(store) {
    await store.addSamples(SERIES, samples("spam", "a b c"), LIMIT);
    const { ids } = await store.samples(SERIES);
    await store.quarantine(SERIES, [
      { id: ids[1], reason: "46 numbers instead of 496" },
      { id: 1e9, reason: "no such sample" },
    ]);
    assertEquals(wordsOf(await store.samples(SERIES)), "a c");
    assertEquals(await store.counts(SERIES), {
      fresh: { spam: 2, ham: 0 },
      retained: { spam: 0, ham: 0 },
      quarantined: 1,
    });
    assertEquals(
      await store.addSamples(SERIES, samples("ham", "b"), LIMIT),
      ["added"],
    );
  },

  async "a sample of another series cannot be quarantined"(store) {
    await store.addSamples("first", samples("spam", "a"), LIMIT);
    await store.addSamples("second", samples("spam", "b"), LIMIT);
    const { ids } = await store.samples("second");
    await store.quarantine("first", [{ id: ids[0], reason: "unreadable" }]);
    assertEquals(wordsOf(await store.samples("second")), "b");
  },

  async "the newest 1,000 quarantined samples are kept"(store) {
    const many = Array.from(
      { length: 1_005 },
      (_, index) => sample("ham", `sample ${index}`),
    );
    await store.addSamples(SERIES, many, 2_000);
    const { ids } = await store.samples(SERIES);
    await store.quarantine(
      SERIES,
      Array.from(ids, (id) => ({ id, reason: "unreadable" })),
    );
    const counts = await store.counts(SERIES);
    assertEquals(counts.quarantined, 1_000);
    assertEquals(counts.fresh.ham, 0);
  },
};
