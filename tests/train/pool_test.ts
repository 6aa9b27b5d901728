import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Features } from "../../lib/features/features.ts";
import { Layout } from "../../lib/features/layout.ts";
import { metatokenNames } from "../../lib/features/metatokens.ts";
import { encodeSample } from "../../lib/features/sample.ts";
import { sortedNames } from "../../lib/features/symbol_names.ts";
import { rowOf, select } from "../../lib/nn/dataset.ts";
import { toDense } from "../../lib/nn/sparse.ts";
import { columnsIn, type Pool, readPool } from "../../lib/train/pool.ts";
import { features } from "../features/arbitrary_features.ts";
import { mutationsOf } from "../nn/mutations.ts";
import {
  easySamples,
  type LabelledSample,
  madeUp,
  packed,
  sampleOf,
} from "./corpus.ts";

/** No sample is twice in a class. */
const pools = fc.uniqueArray(
  fc.record({ features, isSpam: fc.boolean() }),
  {
    maxLength: 12,
    selector: (one) => `${one.isSpam} ${encodeSample(one.features)}`,
  },
);

/** What is known of a sample by name, as float32. */
function named(features: Features): [string, number][] {
  const metatokens = [...features.metatokens].map((x, i): [string, number] => [
    `metatoken ${i}`,
    Math.fround(x),
  ]);
  const symbols = features.symbols.map((name, i): [string, number] => [
    `symbol ${name}`,
    Math.fround(features.values[i]),
  ]);
  return [...metatokens, ...symbols].filter(([, x]) => x !== 0).toSorted();
}

/** The same of a row of a pool. */
function namedRow({ data, symbols }: Pool, row: number): [string, number][] {
  const metatokens = data.inputs - symbols.length;
  const { indices, values } = rowOf(data, row);
  return Array.from(indices).map((column, k): [string, number] => [
    column < metatokens
      ? `metatoken ${column}`
      : `symbol ${symbols[column - metatokens]}`,
    values[k],
  ]).filter(([, x]) => x !== 0).toSorted();
}

Deno.test("samples of one version become rows, and others are named", () => {
  fc.assert(
    fc.property(pools, fc.constantFrom(1, 3), (samples, version) => {
      const pool = readPool(
        packed(samples.map((one) => sampleOf(one.isSpam, one.features))),
        version,
      );
      const fitting = samples.filter((one) => one.features.version === version);
      assertEquals(pool.data.size, fitting.length);
      for (const [row, { features, isSpam }] of fitting.entries()) {
        assertEquals(namedRow(pool, row), named(features));
        assertEquals(pool.data.isSpam[row] === 1, isSpam);
      }
      const occurring = fitting.flatMap(({ features }) => features.symbols);
      assertEquals(new Set(pool.symbols), new Set(occurring));
      pool.symbols.forEach((name, i) =>
        assertEquals(
          pool.counts[i],
          occurring.filter((other) => other === name).length,
        )
      );
      assertEquals(
        pool.unreadable.map(({ id }) => id),
        samples.flatMap(({ features }, i) =>
          features.version === version ? [] : [i + 1]
        ),
      );
      for (const { reason } of pool.unreadable) {
        assertEquals(
          reason,
          `it has metatokens of version ${4 - version}, not ${version}`,
        );
      }
    }),
    { numRuns: 200 },
  );
});

Deno.test("a damaged sample is never in the way of the others", () => {
  const whole = easySamples(10);
  const damaged = mutationsOf(whole.map(({ bytes }) => bytes));
  const places = fc.array(fc.tuple(fc.nat({ max: 10 }), damaged), {
    minLength: 1,
    maxLength: 5,
  });
  const expected = readPool(packed(whole), 3);
  const isWhole = (bytes: Uint8Array) =>
    readPool(packed([{ bytes, isSpam: true }]), 3).unreadable.length === 0;
  fc.assert(
    fc.property(places, (places) => {
      const samples: LabelledSample[] = [...whole];
      const wrong: LabelledSample[] = [];
      for (const [at, bytes] of places) {
        if (isWhole(bytes)) continue;
        wrong.push({ bytes, isSpam: true });
        samples.splice(at, 0, wrong.at(-1)!);
      }
      const { unreadable, ids, ...pool } = readPool(packed(samples), 3);
      const { unreadable: _, ids: __, ...others } = expected;
      assertEquals(pool, others);
      assertEquals(
        [...ids],
        samples.flatMap((one, i) => wrong.includes(one) ? [] : [i + 1]),
      );
      assertEquals(
        unreadable.map(({ id }) => id),
        samples.flatMap((one, i) => wrong.includes(one) ? [i + 1] : []),
      );
      assert(unreadable.every(({ reason }) => reason.length > 0));
    }),
    { numRuns: 500 },
  );
});

Deno.test("a sample has a hash by its bytes alone, evenly in [0, 1)", () => {
  const samples = easySamples(4000);
  const { hashes } = readPool(packed(samples), 3);
  assert(hashes.every((hash) => hash >= 0 && hash < 1));
  assertEquals(new Set(hashes).size, samples.length);
  const some = samples.slice(100, 200).toReversed()
    .map(({ bytes }) => ({ bytes, isSpam: false }));
  assertEquals(
    readPool(packed(some), 3).hashes,
    hashes.slice(100, 200).toReversed(),
  );
  const bins = new Array(20).fill(0);
  for (const hash of hashes) bins[Math.floor(20 * hash)]++;
  const chiSquare = bins.reduce((sum, n) => sum + (n - 200) ** 2 / 200, 0);
  // 19 degrees of freedom: beyond 50 once in ten thousand.
  assert(chiSquare < 50, `${chiSquare}`);
});

Deno.test("equal samples of a class are one, and in both classes two", () => {
  const [a, b, c] = easySamples(3);
  const other = { bytes: a.bytes, isSpam: !a.isSpam };
  const damaged = { bytes: a.bytes.slice(0, -1), isSpam: a.isSpam };
  const { unreadable, ids, ...pool } = readPool(
    packed([a, b, damaged, a, other, c, b, damaged, other]),
    3,
  );
  const { unreadable: _, ids: __, ...distinct } = readPool(
    packed([a, b, other, c]),
    3,
  );
  assertEquals(pool, distinct);
  assertEquals([...ids], [1, 2, 5, 6]);
  assertEquals(pool.data.size, 4);
  assertEquals(pool.hashes[0], pool.hashes[2]);
  assertEquals(unreadable.map(({ id }) => id), [3, 8]);
});

Deno.test("columns stand where the layout has their names", () => {
  const samples = [
    madeUp(true, "C", "A"),
    madeUp(false, "B"),
    madeUp(true, "D", "B"),
  ];
  const pool = readPool(packed(samples), 3);
  const layout = new Layout(3, ["A", "B", "Z"]);
  const columns = columnsIn(layout, pool);
  assertEquals([...columns.subarray(0, 46)], [...Array(46).keys()]);
  const placed = new Map(
    pool.symbols.map((name, i) => [name, columns[46 + i]]),
  );
  assertEquals(
    placed,
    new Map([["A", 46], ["B", 47], ["C", -1], ["D", -1]]),
  );
});

Deno.test("a pool that is selected for a layout is what the layout makes of it", () => {
  const cases = fc.uniqueArray(
    features.filter(({ version }) => version === 1),
    {
      minLength: 1,
      maxLength: 8,
      selector: (features) => `${encodeSample(features)}`,
    },
  );
  fc.assert(
    fc.property(cases, fc.nat(), (all, seed) => {
      const pool = readPool(
        packed(all.map((features) => sampleOf(true, features))),
        1,
      );
      const names = sortedNames(pool.symbols.filter((_, i) => (seed >> i) & 1));
      const layout = new Layout(1, [...names]);
      assertEquals(layout.length, metatokenNames(1).length + names.length);
      const rows = Uint32Array.from(all.keys());
      const columns = columnsIn(layout, pool);
      const data = select(pool.data, rows, columns, layout.length);
      for (const [row, features] of all.entries()) {
        const expected = toDense(layout.vectorOf(features)).map(Math.fround);
        assertEquals(toDense(rowOf(data, row)), expected);
      }
    }),
    { numRuns: 200 },
  );
});
