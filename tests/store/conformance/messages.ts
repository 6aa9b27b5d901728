/**
 * What every store does with samples of messages, and whose word counts.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Sample, SampleOutcome, Store } from "../../../lib/store/store.ts";
import { anyStep, referencePool, take } from "../pool_steps.ts";
import { readSamples, sample, wordsOf } from "../samples.ts";
import {
  type ConformanceTests,
  groupsOf,
  HOUR_SECONDS,
  LIMIT,
  SERIES,
} from "./support.ts";

const EVERYTHING = Number.MAX_SAFE_INTEGER;

/** Adds one sample after the other. */
async function outcomesOf(
  store: Store,
  ...samples: Sample[]
): Promise<SampleOutcome[]> {
  return await store.addSamples(SERIES, samples, LIMIT);
}

async function settle(store: Store, retain: number): Promise<void> {
  await store.lock(SERIES, "me", HOUR_SECONDS);
  const settlement = { upTo: EVERYTHING, retain };
  await store.recordTraining(SERIES, "me", "{}", settlement);
}

/** What every store does with samples of messages. */
export const MESSAGE_TESTS: ConformanceTests = {
  async "a message is one sample, with the features of its first scan"(store) {
    assertEquals(
      await outcomesOf(
        store,
        sample("spam", "first", { message: "m" }),
        sample("spam", "later", { message: "m" }),
        sample("spam", "first", { message: "another" }),
        sample("ham", "later", { message: "m" }),
      ),
      ["added", "known", "known", "moved"],
    );
    assertEquals(readSamples(await store.samples(SERIES)), [
      { class: "ham", features: "first", isFresh: true },
    ]);
    // What had other features was never there.
    assertEquals(
      await outcomesOf(store, sample("ham", "later")),
      ["added"],
    );
  },

  async "a message that moves is fresh, the newest, and goes on moving"(
    store,
  ) {
    await outcomesOf(
      store,
      sample("spam", "a", { message: "m" }),
      sample("spam", "b"),
    );
    await settle(store, 10);
    for (const mailClass of ["ham", "spam", "ham"] as const) {
      const later = sample(mailClass, `as ${mailClass}`, { message: "m" });
      assertEquals(await outcomesOf(store, later), ["moved"]);
      assertEquals(readSamples(await store.samples(SERIES)), [
        { class: "spam", features: "b", isFresh: false },
        { class: mailClass, features: "a", isFresh: true },
      ]);
    }
  },

  async "what people taught is not changed by itself"(store) {
    for (const source of ["hand", "folder", "vectors"] as const) {
      const word = `by ${source}`;
      const message = source;
      await outcomesOf(store, sample("spam", word, { source, message }));
      const before = await store.samples(SERIES);
      const automatic = { source: "auto" } as const;
      assertEquals(
        await outcomesOf(
          store,
          sample("ham", word, automatic),
          sample("ham", "later", { ...automatic, message }),
          sample("ham", word, { ...automatic, message: "another" }),
          sample("spam", word, automatic),
          sample("spam", "later", { ...automatic, message }),
        ),
        ["overruled", "overruled", "overruled", "known", "known"],
      );
      assertEquals(await store.samples(SERIES), before);
      const group = (await store.pool(SERIES)).find((group) =>
        group.source === source
      );
      assertEquals(group?.samples, 1);
    }
  },

  async "what was learned by itself may change by itself"(store) {
    const automatic = { source: "auto", message: "m" } as const;
    assertEquals(
      await outcomesOf(
        store,
        sample("spam", "a", automatic),
        sample("ham", "b", automatic),
        sample("spam", "a", { source: "auto" }),
      ),
      ["added", "moved", "moved"],
    );
  },

  async "what people confirm is theirs"(store) {
    const automatic = { source: "auto" } as const;
    await outcomesOf(
      store,
      sample("spam", "a", { ...automatic, message: "m" }),
      sample("spam", "b", automatic),
    );
    assertEquals(
      await outcomesOf(
        store,
        sample("spam", "later", { source: "folder", message: "m" }),
        sample("spam", "b", { source: "hand", message: "n" }),
        sample("ham", "a", automatic),
        sample("ham", "b", automatic),
      ),
      ["known", "known", "overruled", "overruled"],
    );
    assertEquals(await groupsOf(store), [
      "1 fresh spam of folder",
      "1 fresh spam of hand",
    ]);
    // The message was noted, too.
    assertEquals(
      await outcomesOf(store, sample("ham", "other", { message: "n" })),
      ["moved"],
    );
    assertEquals(wordsOf(await store.samples(SERIES)), "a b");
  },

  async "a sample keeps the message that it had first"(store) {
    await outcomesOf(
      store,
      sample("spam", "a", { message: "m" }),
      sample("spam", "a", { message: "n" }),
      sample("ham", "a", { message: "n" }),
    );
    assertEquals(
      await outcomesOf(
        store,
        sample("spam", "b", { message: "n" }),
        sample("spam", "c", { message: "m" }),
      ),
      ["added", "moved"],
    );
    assertEquals(wordsOf(await store.samples(SERIES)), "b a");
  },

  async "a message is forgotten with its sample"(store) {
    const one = (word: string) => sample("spam", word, { message: "m" });
    const other = (n: number) => sample("spam", `other ${n}`);
    await outcomesOf(store, one("a"));
    // It makes room, is settled, and cannot be read.
    await store.addSamples(SERIES, [other(1)], 1);
    assertEquals(await outcomesOf(store, one("b")), ["added"]);
    await settle(store, 0);
    assertEquals(await outcomesOf(store, one("c")), ["added"]);
    const { ids } = await store.samples(SERIES);
    await store.quarantine(SERIES, [{ id: ids[0], reason: "unreadable" }]);
    assertEquals(await outcomesOf(store, one("d")), ["added"]);
    assertEquals(wordsOf(await store.samples(SERIES)), "d");
  },

  async "messages belong to their series"(store) {
    const one = sample("spam", "a", { message: "m" });
    const other = sample("ham", "b", { message: "m" });
    assertEquals(await store.addSamples("first", [one], LIMIT), ["added"]);
    assertEquals(await store.addSamples("second", [other], LIMIT), ["added"]);
  },

  async "a pool tells what it consists of, and since when"(store) {
    assertEquals(await store.pool(SERIES), []);
    const before = Math.floor(Date.now() / 1000);
    await outcomesOf(
      store,
      sample("spam", "a", { source: "auto" }),
      sample("spam", "b", { source: "auto" }),
      sample("ham", "c", { source: "vectors" }),
    );
    await settle(store, 10);
    await outcomesOf(
      store,
      sample("spam", "d", { source: "auto" }),
      sample("ham", "a", { source: "hand" }),
    );
    const after = Math.floor(Date.now() / 1000);
    assertEquals(await groupsOf(store), [
      "1 fresh ham of hand",
      "1 fresh spam of auto",
      "1 retained ham of vectors",
      "1 retained spam of auto",
    ]);
    for (const { oldest, newest } of await store.pool(SERIES)) {
      assert(oldest !== undefined && newest !== undefined);
      assert(before <= oldest && oldest <= newest && newest <= after);
    }
    assertEquals(await store.pool("another"), []);
  },

  async "any sequence of samples ends as in the reference"(store) {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyStep, { minLength: 1, maxLength: 12 }),
        async (steps) => {
          const series = `rn3_run_${runs++}_default`;
          const expected = referencePool();
          for (const step of steps) {
            assertEquals(
              await take(step, series, store),
              await take(step, series, expected),
            );
            assertEquals(
              readSamples(await store.samples(series)),
              readSamples(await expected.samples(series)),
            );
          }
          assertEquals(
            await groupsOf(store, series),
            await groupsOf(expected, series),
          );
        },
      ),
      { numRuns: 60 },
    );
  },
};
