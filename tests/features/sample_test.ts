import { assert, assertEquals, assertThrows } from "@std/assert";
import { encode } from "@msgpack/msgpack";
import fc from "fast-check";
import {
  decodeSample,
  encodeSample,
  SampleError,
} from "../../lib/features/sample.ts";
import { sortedNames } from "../../lib/features/symbol_names.ts";
import { bytesAllocated } from "../nn/allocation.ts";
import { mutationsOf, TEN_THOUSAND } from "../nn/mutations.ts";
import { features } from "./arbitrary_features.ts";

Deno.test("a sample is read as it was written, with its symbols sorted", () => {
  fc.assert(fc.property(features, (features) => {
    const read = decodeSample(encodeSample(features));
    assertEquals(read.symbols, sortedNames(features.symbols));
    const values = new Map(
      features.symbols.map((name, i) => [name, features.values[i]]),
    );
    assertEquals(
      read.values,
      read.symbols.map((name) => values.get(name) ?? NaN),
    );
    assertEquals(read.version, features.version);
    assertEquals(read.metatokens, features.metatokens);
  }));
});

Deno.test("equal features are equal bytes, in whatever order they come", () => {
  const cases = features.chain((features) =>
    fc.tuple(
      fc.constant(features),
      fc.shuffledSubarray([...features.symbols.keys()], {
        minLength: features.symbols.length,
      }),
    )
  );
  fc.assert(fc.property(cases, ([features, order]) => {
    const shuffled = {
      ...features,
      symbols: order.map((i) => features.symbols[i]),
      values: order.map((i) => features.values[i]),
    };
    assertEquals(encodeSample(shuffled), encodeSample(features));
    assertEquals(
      encodeSample(decodeSample(encodeSample(features))),
      encodeSample(features),
    );
  }));
});

Deno.test("a zero is the same bytes with either sign", () => {
  const of = (zero: number) =>
    encodeSample({
      version: 1,
      metatokens: new Array(26).fill(zero),
      symbols: [],
      values: [],
    });
  assertEquals(of(-0), of(0));
});

Deno.test("features that differ are different bytes", () => {
  fc.assert(fc.property(features, features, (a, b) => {
    const [x, y] = [a, b].map((features) =>
      decodeSample(encodeSample(features))
    );
    const same = encodeSample(a).toHex() === encodeSample(b).toHex();
    assertEquals(same, JSON.stringify(x) === JSON.stringify(y));
  }));
});

const zeros = new Array(26).fill(0);

/** MessagePack that is no sample, and what is said of it. */
const NO_SAMPLES: [unknown, string][] = [
  [null, "no list"],
  ["sample", "no list"],
  [{ 0: 1, 1: 1, length: 5 }, "no list"],
  [[], "format and a version"],
  [["1", 1, [], [], []], "format and a version"],
  [[{ toString: 1 }, 1, [], [], []], "format and a version"],
  [[1, { toString: 1 }, [], [], []], "format and a version"],
  [[2, 1, [], [], []], "format 2 is unknown"],
  [[1, 2, [], [], []], "version 2 are unknown"],
  [[1, 1], "not where they should be"],
  [[1, 1, {}, [], []], "not where they should be"],
  [[1, 1, [], ["A"], ["1"]], "not where they should be"],
  [[1, 1, [], [1], [1]], "not where they should be"],
  [[1, 1, [], ["A"], [NaN]], "not where they should be"],
  [[1, 1, [], ["A"], [-Infinity]], "not where they should be"],
  [[1, 1, [], ["A"], [1e300]], "not where they should be"],
  [[1, 1, zeros.with(3, -2e6), [], []], "not where they should be"],
  [[1, 1, zeros.with(3, null), [], []], "not where they should be"],
  [[1, 1, [], [new Uint8Array(1)], [1]], "not where they should be"],
  [[1, 1, [...zeros, 0], [], []], "27 metatokens, not 26"],
  [[1, 3, zeros, [], []], "26 metatokens, not 46"],
  [[1, 1, [], ["A", "B"], [1]], "1 values for 2 symbols"],
  [[1, 1, [], ["A", "B", "A"], [1, 2, 3]], "twice"],
];

for (const [json, message] of NO_SAMPLES) {
  Deno.test(`no sample: ${JSON.stringify(json).slice(0, 50)}`, () => {
    assertThrows(() => decodeSample(encode(json)), SampleError, message);
  });
}

Deno.test("names that are no Unicode are none", () => {
  const bytes = encodeSample({
    version: 1,
    metatokens: [],
    symbols: ["XYZ"],
    values: [1],
  });
  const at = bytes.indexOf("X".charCodeAt(0));
  // A surrogate, as it would be in UTF-8.
  bytes.set([0xed, 0xa0, 0x80], at);
  assertThrows(() => decodeSample(bytes), SampleError);
});

Deno.test("lists that are longer than the sample take no memory", () => {
  for (
    const bytes of [
      [0xdd, 0x01, 0xff, 0xff, 0xff],
      [0x95, 1, 1, 0xdd, 0x01, 0xff, 0xff, 0xff, 0],
      [0x95, 0xdf, 0x7f, 0xff, 0xff, 0xff],
      [0xdb, 0x7f, 0xff, 0xff, 0xff],
      [0xc6, 0x7f, 0xff, 0xff, 0xff],
      new Array(100_000).fill(0x91),
      [...new Array(100_000).fill(0x91), 1],
      new Array(100_000).fill([0x81, 0xa1, 0x61]).flat(),
    ]
  ) {
    const used = bytesAllocated(() =>
      assertThrows(() => decodeSample(Uint8Array.from(bytes)), SampleError)
    );
    assert(used < 8 * 2 ** 20, `${used} bytes`);
  }
});

Deno.test("a damaged sample is a SampleError, or features that can be kept", () => {
  const originals = fc.sample(features, 60).map(encodeSample);
  let read = 0;
  const property = fc.property(mutationsOf(originals), (bytes) => {
    const used = bytesAllocated(() => {
      try {
        const features = decodeSample(bytes);
        read++;
        assertEquals(
          decodeSample(encodeSample(features)).symbols,
          sortedNames(features.symbols),
        );
      } catch (error) {
        assert(error instanceof SampleError, `${error}`);
        assert(!error.message.includes("\n"));
      }
    });
    assert(used < 2 ** 20, `${used} bytes`);
  });
  fc.assert(property, TEN_THOUSAND);
  assert(read > 300, `${read}`);
});
