import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { createKernels } from "../../../lib/nn/kernels/kernels.ts";
import { compare, fillNormal, lengths, seeds } from "./both.ts";

Deno.test("arrays are scaled and averaged as by the twin", () => {
  fc.assert(fc.property(lengths, seeds, (length, seed) =>
    compare(
      ({ floats }) => ({
        values: floats(length + 5),
        mean: floats(length + 5),
      }),
      ({ values, mean }, random) => {
        fillNormal(random, values, mean);
      },
      (calculate, { values, mean }) => {
        calculate.scale(values, length, 0.3);
        calculate.addToMean(mean, values, length, 0.2);
      },
      seed,
    )));
});

Deno.test("sums are compared with the truth as by the twin", () => {
  const sums = fc.array(
    fc.oneof(
      fc.double({ min: -100, max: 100, noNaN: true }),
      fc.constantFrom(0, -0, 1e-30, 43.5, -43.6, 1e4, -1e4, 1e30, Infinity),
    ),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(fc.property(sums, seeds, (sums, seed) => {
    const { length } = sums;
    compare(
      ({ floats }) => ({
        sums: floats(length),
        truths: floats(length),
        deltas: floats(length),
      }),
      (arrays, random) => {
        arrays.sums.set(sums);
        sums.forEach((_, i) =>
          arrays.truths[i] = random.uniform() < 0.5 ? 1 : -1
        );
      },
      (calculate, { sums, truths, deltas }) =>
        calculate.compareSums(sums, truths, length, deltas),
      seed,
    );
  }));
});

Deno.test("a sum that is no number costs one", () => {
  const { calculate, arrays } = createKernels(({ floats }) => ({
    sums: floats(3),
    truths: floats(3),
    deltas: floats(3),
  }), "wasm");
  arrays.sums.set([1, NaN, 2]);
  arrays.truths.fill(1);
  const { sums, truths, deltas } = arrays;
  assertEquals(calculate.compareSums(sums, truths, 3, deltas), NaN);
  assertEquals(deltas[1], NaN);
});

/** Random rows of a sparse matrix, and some of them. */
const matrices = fc.record({
  inputs: fc.integer({ min: 1, max: 40 }),
  size: fc.integer({ min: 1, max: 30 }),
  batch: fc.integer({ min: 1, max: 30 }),
  seed: seeds,
});

Deno.test("sparse rows are summed up and differentiated as by the twin", () => {
  fc.assert(fc.property(matrices, ({ inputs, size, batch, seed }) =>
    compare(
      ({ floats, ints }) => ({
        starts: ints(size + 1),
        indices: ints(size * inputs),
        values: floats(size * inputs),
        rows: ints(batch),
        columns: ints(inputs + 1),
        marks: ints(inputs),
        weights: floats(inputs),
        sums: floats(batch),
        deltas: floats(batch),
        byColumn: floats(inputs),
      }),
      (arrays, random) => {
        let end = 0;
        for (let row = 0; row < size; row++) {
          for (let i = 0; i < inputs; i++) {
            if (random.uniform() < 0.7) continue;
            arrays.indices[end] = i;
            arrays.values[end++] = random.normal();
          }
          arrays.starts[row + 1] = end;
        }
        arrays.rows.forEach((_, i) =>
          arrays.rows[i] = Math.floor(size * random.uniform())
        );
        fillNormal(random, arrays.weights, arrays.deltas, arrays.byColumn);
      },
      (calculate, all) => {
        const { rows, starts, indices, values, columns, marks } = all;
        calculate.findColumns(
          rows,
          1,
          starts,
          indices,
          marks,
          1,
          columns,
        );
        const found = calculate.findColumns(
          rows,
          batch,
          starts,
          indices,
          marks,
          2,
          columns,
        );
        // One that was known already may stand behind the last.
        columns.fill(0, found);
        calculate.sumRows(
          rows,
          batch,
          starts,
          indices,
          values,
          all.weights,
          0.5,
          all.sums,
        );
        calculate.differentiateColumns(
          rows,
          batch,
          starts,
          indices,
          values,
          all.deltas,
          columns,
          found,
          all.byColumn,
        );
        return found;
      },
      seed,
    )));
});

const hiddenLayers = fc.record({
  inputs: fc.integer({ min: 2, max: 12 }),
  blocks: fc.integer({ min: 1, max: 3 }),
  seed: seeds,
});

Deno.test("a hidden layer is collapsed and descends as by the twin", () => {
  fc.assert(fc.property(hiddenLayers, ({ inputs, blocks, seed }) => {
    const units = 16 * blocks;
    const count = inputs - inputs % 2;
    compare(
      ({ floats, ints }) => ({
        columns: ints(inputs),
        factors: floats(inputs),
        decays: floats(inputs),
        gradients: floats(inputs),
        hidden: floats(inputs * units),
        squares: floats(inputs * units),
        output: floats(units),
        outputGradient: floats(units),
        collapsed: floats(inputs),
      }),
      (arrays, random) => {
        arrays.columns.forEach((_, i) => arrays.columns[i] = i);
        random.shuffle(arrays.columns);
        arrays.factors.forEach((_, i) =>
          arrays.factors[i] = 0.5 + random.uniform()
        );
        arrays.decays.forEach((_, i) => arrays.decays[i] = random.uniform());
        arrays.squares.forEach((_, i) =>
          arrays.squares[i] = random.uniform() ** 8
        );
        const { gradients, hidden, output, outputGradient } = arrays;
        fillNormal(random, gradients, hidden, output, outputGradient);
        // One without a gradient stays.
        gradients[0] = 0;
      },
      (calculate, all) => {
        const { columns, factors, decays, gradients, hidden, output } = all;
        calculate.collapseHidden(
          columns,
          count,
          factors,
          hidden,
          units,
          output,
          all.collapsed,
        );
        calculate.descendHidden(
          columns,
          count,
          factors,
          decays,
          gradients,
          hidden,
          all.squares,
          units,
          output,
          all.outputGradient,
          0.01,
          1e-6,
        );
      },
      seed,
    );
  }));
});

Deno.test("weights descend as by the twin", () => {
  fc.assert(fc.property(lengths, seeds, (length, seed) =>
    compare(
      ({ floats, ints }) => ({
        columns: ints(length),
        decays: floats(length),
        gradients: floats(length),
        weights: floats(length),
        squares: floats(length),
      }),
      ({ columns, decays, gradients, weights }, random) => {
        columns.forEach((_, i) => columns[i] = i);
        random.shuffle(columns);
        decays.forEach((_, i) => decays[i] = random.uniform());
        fillNormal(random, gradients, weights);
      },
      (calculate, { columns, decays, gradients, weights, squares }) => {
        calculate.descend(weights, squares, gradients, length, 0.01, 1e-6);
        calculate.descendColumns(
          columns,
          length >> 1,
          decays,
          gradients,
          weights,
          squares,
          0.01,
          1e-6,
        );
      },
      seed,
    )));
});

Deno.test("random numbers are those of the twin", () => {
  fc.assert(fc.property(seeds, (seed) =>
    compare(
      ({ floats }) => ({ values: floats(64) }),
      () => {},
      (calculate, { values }) => calculate.drawNormals(values, 64, 0.5, seed),
      seed,
    )));
});
