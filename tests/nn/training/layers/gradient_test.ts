import { assert } from "@std/assert";
import fc from "fast-check";
import { createKernels } from "../../../../lib/nn/kernels/kernels.ts";
import { Random } from "../../../../lib/nn/random.ts";
import type { Pass } from "../../../../lib/nn/training/layers/layer.ts";
import {
  type Block,
  type Blueprint,
  Stack,
} from "../../../../lib/nn/training/layers/stack.ts";
import { MiniBatch } from "../../../../lib/nn/training/mini_batch.ts";
import { datasetOf, mailLike } from "../samples.ts";

const INPUTS = 7;
const ROWS = Uint32Array.from({ length: 6 }, (_, row) => row);
const DATA = datasetOf(mailLike(ROWS.length, INPUTS, 3));
/** Small, and yet far more than float32 rounds off. */
const STEP = 1e-3;

/** A network with random weights, and a cost whose gradient is known. */
class Subject {
  readonly stack: Stack;
  #pass: Pass;
  #batch: MiniBatch;
  #seed: number;
  /** The cost is the sum of the outputs times these. */
  #factors: Float64Array;

  constructor(blueprint: Blueprint, seed: number) {
    const { calculate, arrays } = createKernels((arrays) => {
      const batch = new MiniBatch(arrays, DATA, ROWS.length);
      return { batch, stack: new Stack(arrays, batch, blueprint) };
    });
    this.#seed = seed;
    this.#batch = arrays.batch;
    this.stack = arrays.stack;
    const random = new Random(seed);
    for (const { weights } of this.stack.parameters) {
      weights.forEach((_, i) => weights[i] = random.normal() / 2);
    }
    this.#factors = Float64Array.from(ROWS, () => random.normal());
    this.#pass = { rows: ROWS.length, isTraining: true, calculate, random };
  }

  /** The same units are dropped each time. */
  cost(): number {
    const random = new Random(this.#seed);
    this.#batch.gather(ROWS, 0.2, random);
    this.stack.forward({ ...this.#pass, random });
    return this.#factors.reduce(
      (sum, factor, row) => sum + factor * this.stack.output.values[row],
      0,
    );
  }

  /** Sets the gradients of all parameters. */
  backward(): void {
    this.cost();
    this.stack.output.gradients.set(this.#factors);
    for (const { gradients } of this.stack.parameters) gradients.fill(0);
    this.stack.backward(this.#pass);
  }
}

/**
 * The gradient of each parameter is what the cost changes by, on both sides
 * of it or on one: close to where a unit of ReLU turns, only one of them.
 */
function checkGradients(blueprint: Blueprint, seed: number): void {
  const subject = new Subject(blueprint, seed);
  subject.backward();
  for (
    const [p, { weights, gradients }] of subject.stack.parameters.entries()
  ) {
    const expected = gradients.slice();
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i];
      const costAt = (step: number) => {
        weights[i] = weight + step;
        const cost = subject.cost();
        weights[i] = weight;
        return cost;
      };
      const [up, down] = [STEP, -STEP]
        .map((step) => (costAt(step) - costAt(0)) / step);
      const slopes = [up, down, (up + down) / 2];
      const tolerance = 0.02 * Math.max(1, Math.abs(expected[i]));
      assert(
        slopes.some((slope) => Math.abs(slope - expected[i]) < tolerance),
        `parameter ${p}[${i}]: ${slopes}, and not ${expected[i]}`,
      );
    }
  }
}

const PLAIN: Block = {
  width: 5,
  hasNorm: false,
  activation: "gelu",
  dropout: 0,
};

/** Networks in which one kind of layer after the other occurs. */
const BLUEPRINTS: Record<string, Blueprint> = {
  "sparse dense": [],
  "dense, GELU": [PLAIN],
  "ReLU": [{ ...PLAIN, activation: "relu" }],
  "layer normalisation": [{ ...PLAIN, hasNorm: true }],
  "dropout": [{ ...PLAIN, dropout: 0.4 }],
  "two blocks of everything": [
    { ...PLAIN, hasNorm: true, dropout: 0.2 },
    { ...PLAIN, width: 4, hasNorm: true, dropout: 0.1 },
  ],
};

for (const [name, blueprint] of Object.entries(BLUEPRINTS)) {
  Deno.test(`gradients are what the cost changes by: ${name}`, () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 }),
        (seed) => checkGradients(blueprint, seed),
      ),
      { numRuns: 100 },
    );
  });
}
