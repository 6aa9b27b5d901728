/**
 * What every store does with the limits of a day.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Reservation, Store } from "../../../lib/store/store.ts";
import { type ConformanceTests, SERIES } from "./support.ts";

const RESERVATION: Reservation = {
  prefix: "neural_autolearn",
  class: "spam",
  wanted: 1,
  limit: 3,
};

function reserve(
  store: Store,
  changes: Partial<Reservation> = {},
  series = SERIES,
): Promise<number> {
  return store.reserve(series, { ...RESERVATION, ...changes });
}

/** What every store does with the limits of a day. */
export const RESERVATION_TESTS: ConformanceTests = {
  async "a day has so much and no more"(store) {
    assertEquals(await reserve(store, { wanted: 2 }), 2);
    assertEquals(await reserve(store, { wanted: 2 }), 1);
    assertEquals(await reserve(store), 0);
    // Somebody else may have another limit.
    assertEquals(await reserve(store, { wanted: 9, limit: 5 }), 2);
    assertEquals(await reserve(store, { limit: 2 }), 0);
    assertEquals(await reserve(store, { limit: 6 }), 1);
    // A limit for others is no sample.
    assertEquals(await store.series(), []);
  },

  async "each class, series and prefix has its own limit"(store) {
    const wanted = 3;
    assertEquals(await reserve(store, { wanted }), 3);
    assertEquals(await reserve(store, { wanted, class: "ham" }), 3);
    assertEquals(await reserve(store, { wanted, prefix: "another" }), 3);
    assertEquals(await reserve(store, { wanted }, "another"), 3);
    assertEquals(await reserve(store, { wanted }), 0);
  },

  async "nothing of nothing is nothing"(store) {
    assertEquals(await reserve(store, { wanted: 0 }), 0);
    assertEquals(await reserve(store, { limit: 0 }), 0);
    assertEquals(await reserve(store, { wanted: 9 }), 3);
  },

  async "those who ask at once never get more than the limit"(store) {
    let serial = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(20), { minLength: 1, maxLength: 30 }),
        fc.nat(100),
        async (wishes, limit) => {
          const prefix = `run ${serial++}`;
          const granted = await Promise.all(
            wishes.map((wanted) => reserve(store, { prefix, wanted, limit })),
          );
          const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
          assertEquals(sum(granted), Math.min(limit, sum(wishes)));
          assert(granted.every((n, i) => n >= 0 && n <= wishes[i]));
        },
      ),
      { numRuns: 30 },
    );
  },
};
