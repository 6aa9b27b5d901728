/**
 * What every store does with any call.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { StoreError } from "../../../lib/store/store.ts";
import {
  publication,
  readSamples,
  sample,
  samples,
  wordsOf,
} from "../samples.ts";
import {
  type ConformanceTests,
  HOUR_SECONDS,
  keysOf,
  LIMIT,
  pass,
  publish,
  SERIES,
} from "./support.ts";

/** What every store does with any call. */
export const GENERAL_TESTS: ConformanceTests = {
  async "an empty store has nothing"(store) {
    await store.check();
    assertEquals(await store.series(), []);
    assertEquals(await store.profiles(SERIES), []);
    assertEquals(await store.model(SERIES, "key"), undefined);
    assertEquals(await store.trainings(SERIES, 10), []);
    assertEquals(await store.counts(SERIES), {
      fresh: { spam: 0, ham: 0 },
      retained: { spam: 0, ham: 0 },
      quarantined: 0,
    });
    assertEquals(readSamples(await store.samples(SERIES)), []);
  },

  async "what is not there can be named"(store) {
    await store.touch(SERIES, "key");
    await store.quarantine(SERIES, [{ id: 1, reason: "no such sample" }]);
    await store.unlock(SERIES, "nobody");
    assertEquals(await store.extendLock(SERIES, "nobody"), false);
    assertEquals(
      await store.prune(SERIES, { keep: 0, unusedSeconds: 0 }),
      [],
    );
    assertEquals(await store.series(), []);
  },

  async "a series is what has a sample, a profile or a record"(store) {
    await store.addSamples("sample", samples("spam", "a"), LIMIT);
    await publish(store, "key", "profile");
    await store.recordTraining("record", "me", "{}");
    await store.addSamples("quarantine", samples("spam", "a"), LIMIT);
    const [id] = (await store.samples("quarantine")).ids;
    await store.quarantine("quarantine", [{ id, reason: "unreadable" }]);
    assertEquals((await store.series()).toSorted(), [
      "profile",
      "quarantine",
      "record",
      "sample",
    ]);
  },

  async "an overview tells what is used, how full it is, and what changed"(
    store,
  ) {
    const look = async () => (await store.overview(["unused", SERIES]));
    const [unused, before] = await look();
    assertEquals(before, unused);
    assertEquals(unused.isUsed, false);
    assertEquals(unused.counts, await store.counts("unused"));
    const states = [before.state];
    const isNews = async () => {
      const [_, { isUsed, counts, state }] = await look();
      assertEquals(isUsed, true);
      assertEquals(counts, await store.counts(SERIES));
      assertEquals((await look())[1].state, state);
      if (state === states.at(-1)) return false;
      assert(!states.includes(state));
      states.push(state);
      return true;
    };
    await store.addSamples(SERIES, samples("spam", "a b"), LIMIT);
    await isNews();
    await store.addSamples(SERIES, samples("ham", "a c"), LIMIT);
    const { ids } = await store.samples(SERIES);
    await store.quarantine(SERIES, [{ id: ids[0], reason: "unreadable" }]);
    assertEquals(await isNews(), false);
    for (const key of ["first", "second"]) {
      await pass();
      await publish(store, key);
      assertEquals(await isNews(), true);
    }
    await pass();
    await store.touch(SERIES, "first");
    assertEquals(await isNews(), true);
    await store.prune(SERIES, { keep: 1, unusedSeconds: HOUR_SECONDS });
    assertEquals(await isNews(), true);
    await store.recordTraining(SERIES, "me", "{}");
    assertEquals(await isNews(), false);
  },

  async "an overview of nothing is nothing"(store) {
    assertEquals(await store.overview([]), []);
  },

  async "names may be any text"(store) {
    const names = ["", " ", "a", "A", "a\u0000b", "\ufeffb", "ü/😀:*%", "'--"];
    for (const name of names) {
      await store.addSamples(name, [sample("spam", `of ${name}`)], LIMIT);
      assertEquals(await store.lock(name, name, HOUR_SECONDS), undefined);
      const key = `model of ${name}`;
      assert(await store.publish(name, name, publication(key)));
      await store.lock(name, name, HOUR_SECONDS);
      await store.recordTraining("records", "me", name);
    }
    assertEquals(
      (await store.series()).toSorted(),
      [...names, "records"].toSorted(),
    );
    for (const name of names) {
      assertEquals(wordsOf(await store.samples(name)), `of ${name}`);
      const key = `model of ${name}`;
      assertEquals(await keysOf(store, name), [key]);
      assertEquals(await store.model(name, key), publication(key).fields);
      const held = await store.lock(name, "another", HOUR_SECONDS);
      assertEquals(held?.holder, name);
    }
    const records = await store.trainings("records", 100);
    assertEquals(records.map(({ record }) => record), names.toReversed());
  },

  async "what was asked first is done first"(store) {
    const [outcomes, stored, again, counts] = await Promise.all([
      store.addSamples(SERIES, samples("spam", "a b"), LIMIT),
      store.samples(SERIES),
      store.addSamples(SERIES, samples("ham", "a"), LIMIT),
      store.counts(SERIES),
    ]);
    assertEquals(outcomes, ["added", "added"]);
    assertEquals(wordsOf(stored), "a b");
    assertEquals(again, ["moved"]);
    assertEquals(counts.fresh, { spam: 1, ham: 1 });
  },

  async "many at once are each answered"(store) {
    const outcomes = await Promise.all(
      Array.from(
        { length: 1_000 },
        (_, index) =>
          store.addSamples(SERIES, [sample("ham", `${index % 500}`)], LIMIT),
      ),
    );
    assertEquals(outcomes.filter(([it]) => it === "added").length, 500);
    assertEquals(outcomes.filter(([it]) => it === "known").length, 500);
    assertEquals((await store.counts(SERIES)).fresh.ham, 500);
  },

  async "it can be closed twice, and refuses everything else then"(store) {
    const adding = store.addSamples(SERIES, samples("spam", "a"), LIMIT);
    const closing = store.close();
    assertEquals(await adding, ["added"]);
    await closing;
    await store.close();
    await assertRejects(() => store.check(), StoreError, "closed");
    await assertRejects(() => store.samples(SERIES), StoreError, "closed");
  },
};
