/** Damaged files. */

import fc from "fast-check";

type Mutation = (bytes: Uint8Array) => Uint8Array;

const position = fc.nat({ max: 2 ** 31 - 1 });

const flip = fc.tuple(position, fc.nat({ max: 7 })).map(
  ([at, bit]): Mutation => (bytes) => {
    const flipped = bytes.slice();
    if (bytes.length > 0) flipped[at % bytes.length] ^= 1 << bit;
    return flipped;
  },
);

const truncate = position.map((at): Mutation => (bytes) =>
  bytes.slice(0, at % (bytes.length + 1))
);

const remove = fc.tuple(position, fc.integer({ min: 1, max: 40 })).map(
  ([at, count]): Mutation => (bytes) => {
    const start = at % (bytes.length + 1);
    return joined(bytes.subarray(0, start), bytes.subarray(start + count));
  },
);

const repeat = fc.tuple(position, fc.integer({ min: 1, max: 40 })).map(
  ([at, count]): Mutation => (bytes) => {
    const start = at % (bytes.length + 1);
    return joined(bytes.subarray(0, start + count), bytes.subarray(start));
  },
);

/** Numbers that a size may not be, or may only just be. */
const EXTREMES = [-1, 0, 1, 2 ** 31 - 1, -(2 ** 31), 2 ** 28, 2 ** 20, 65_536];

/** A number of a few bytes becomes another: most often one that is too large. */
const replaceNumber = fc.tuple(
  position,
  fc.constantFrom(...EXTREMES),
  fc.constantFrom(1, 2, 4),
  fc.boolean(),
).map(([at, value, width, littleEndian]): Mutation => (bytes) => {
  if (bytes.length < width) return bytes;
  const changed = bytes.slice();
  const view = new DataView(changed.buffer);
  const start = at % (bytes.length - width + 1);
  if (width === 1) view.setInt8(start, value);
  else if (width === 2) view.setInt16(start, value, littleEndian);
  else view.setInt32(start, value, littleEndian);
  return changed;
});

/** The beginning of one file, and the end of another. */
function splice(originals: readonly Uint8Array[]): fc.Arbitrary<Mutation> {
  return fc.tuple(fc.constantFrom(...originals), position, position).map(
    ([other, at, from]) => (bytes) =>
      joined(
        bytes.subarray(0, at % (bytes.length + 1)),
        other.subarray(from % (other.length + 1)),
      ),
  );
}

const mutation = fc.oneof(
  { weight: 6, arbitrary: flip },
  { weight: 4, arbitrary: replaceNumber },
  truncate,
  remove,
  repeat,
);

/** So many that most ways to be damaged occur; none may take long. */
export const TEN_THOUSAND: fc.Parameters<unknown> = {
  numRuns: 10_000,
  interruptAfterTimeLimit: 60_000,
  markInterruptAsFailure: true,
};

/** Some of these files, each damaged in one to four places. */
export function mutationsOf(
  originals: readonly Uint8Array[],
): fc.Arbitrary<Uint8Array> {
  return fc.tuple(
    fc.constantFrom(...originals),
    fc.array(
      fc.oneof(
        { weight: 13, arbitrary: mutation },
        { weight: 1, arbitrary: splice(originals) },
      ),
      { minLength: 1, maxLength: 4 },
    ),
  ).map(([bytes, mutations]) =>
    mutations.reduce((changed, mutate) => mutate(changed), bytes)
  );
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}
