/**
 * Samples for property tests: few enough to meet each other again.
 *
 * @module
 */

import fc from "fast-check";
import type { Sample } from "../../lib/store/store.ts";
import { sample } from "./samples.ts";

/** The words that {@linkcode anySample} is made of. */
export const ANY_WORDS = ["", "a", "b", "cc", "ddd", "e", "f"];

/** A sample of few words and few messages, from any source. */
export const anySample: fc.Arbitrary<Sample> = fc.record({
  class: fc.constantFrom("spam" as const, "ham" as const),
  word: fc.constantFrom(...ANY_WORDS),
  source: fc.constantFrom("hand", "folder", "auto", "auto", "vectors"),
  message: fc.option(fc.constantFrom("m1", "m2", "m3", "m4"), {
    nil: undefined,
  }),
}).map(({ class: mailClass, word, ...origin }) =>
  sample(mailClass, word, origin)
);
