import fc from "fast-check";
import { compare, fillNormal, seeds, widths } from "./both.ts";

/** How many elements each of some sparse rows has; some have none. */
const rowLengths = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 6 });

Deno.test("sparse rows pass forward and back as by plain loops", () => {
  const cases = fc.record({
    lengths: rowLengths,
    inputs: widths,
    width: widths,
    seed: seeds,
  });
  fc.assert(fc.property(cases, ({ lengths, inputs, width, seed }) => {
    const rows = lengths.length;
    const elements = lengths.reduce((sum, length) => sum + length, 0);
    compare(
      ({ floats, ints }) => ({
        starts: ints(rows + 1),
        indices: ints(elements),
        values: floats(elements),
        weights: floats(inputs * width),
        biases: floats(width),
        outputs: floats(rows * width),
        outputGradients: floats(rows * width),
        weightGradients: floats(inputs * width),
        biasGradients: floats(width),
      }),
      (arrays, random) => {
        lengths.forEach((length, r) =>
          arrays.starts[r + 1] = arrays.starts[r] + length
        );
        arrays.indices.forEach((_, k) =>
          arrays.indices[k] = random.uniform() * inputs
        );
        fillNormal(random, arrays.values, arrays.weights, arrays.biases);
        fillNormal(random, arrays.outputGradients, arrays.weightGradients);
      },
      (calculate, a) => {
        calculate.sparseForward(
          a.starts,
          a.indices,
          a.values,
          a.weights,
          a.biases,
          a.outputs,
          rows,
          width,
        );
        calculate.sparseBackward(
          a.starts,
          a.indices,
          a.values,
          a.outputGradients,
          a.weightGradients,
          a.biasGradients,
          rows,
          width,
        );
      },
      seed,
    );
  }));
});

Deno.test("dense rows pass forward and back as by plain loops", () => {
  const cases = fc.record({
    rows: fc.integer({ min: 1, max: 5 }),
    columns: widths,
    width: widths,
    seed: seeds,
  });
  fc.assert(fc.property(cases, ({ rows, columns, width, seed }) => {
    compare(
      ({ floats }) => ({
        inputs: floats(rows * columns),
        weights: floats(width * columns),
        biases: floats(width),
        outputs: floats(rows * width),
        outputGradients: floats(rows * width),
        inputGradients: floats(rows * columns),
        weightGradients: floats(width * columns),
        biasGradients: floats(width),
      }),
      (arrays, random) => fillNormal(random, ...Object.values(arrays)),
      (calculate, a) => {
        calculate.denseForward(
          a.inputs,
          a.weights,
          a.biases,
          a.outputs,
          rows,
          columns,
          width,
        );
        calculate.denseBackward(
          a.inputs,
          a.weights,
          a.outputGradients,
          a.inputGradients,
          a.weightGradients,
          a.biasGradients,
          rows,
          columns,
          width,
        );
      },
      seed,
    );
  }));
});
