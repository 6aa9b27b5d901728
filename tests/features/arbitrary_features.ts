/** Arbitrary features, profiles and names. */

import fc from "fast-check";
import type { Features } from "../../lib/features/features.ts";
import {
  metatokenNames,
  type MetatokenVersion,
} from "../../lib/features/metatokens.ts";

/** Names of symbols: mostly such as there are, and any that are possible. */
export const symbolNames: fc.Arbitrary<string> = fc.oneof(
  fc.stringMatching(/^[A-Z]{1,2}(_[A-Z0-9]{1,2})?$/),
  fc.constantFrom("__proto__", "constructor", "é", "\u{1f600}", "\uffff"),
  fc.string({ unit: "binary", minLength: 1, maxLength: 6 })
    .filter((name) => name.isWellFormed()),
);

const number = fc.oneof(
  fc.constantFrom(0, 1, -1, 1e6, -1e6, 0.1),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
).map((x) => x === 0 ? 0 : x);

/** Features that can be stored. */
export const features: fc.Arbitrary<Features> = fc.constantFrom<
  MetatokenVersion
>(1, 3).chain((version) => {
  const { length } = metatokenNames(version);
  return fc.record({
    version: fc.constant(version),
    metatokens: fc.oneof(
      fc.constant([]),
      fc.array(number, { minLength: length, maxLength: length }),
    ),
    symbols: fc.uniqueArray(
      fc.tuple(symbolNames, number.filter((x) => x !== 0)),
      { selector: ([name]) => name, maxLength: 12 },
    ),
  });
}).map(({ symbols, ...rest }) => ({
  ...rest,
  symbols: symbols.map(([name]) => name),
  values: symbols.map(([, value]) => value),
}));
