/**
 * Training of rspamd's symbol network, in closed form.
 *
 * With nothing non-linear between its layers the network is a weighted sum
 * with weights `u = W1ᵀ·w2`, and the gradient of W1 is one outer product,
 * `w2 ⊗ Σ δ·x`. A step then needs only the columns of W1 whose input occurs
 * in the mini-batch. Of the other columns the weights stay, and the mean
 * squares of RMSprop only decay, which is made up for when they next occur.
 * The mathematics is KANN's; the order of the additions is not.
 *
 * The biases of the hidden units are one more column, of an input that is
 * always 1.
 *
 * @module
 */

import { type DenseLayer, symbolGraph } from "../architectures.ts";
import type { Dataset } from "../dataset.ts";
import type { Graph } from "../graph.ts";
import {
  type Calculations,
  createKernels,
  type KernelKind,
} from "../kernels/kernels.ts";
import type { Random } from "../random.ts";
import { batchArrays, BatchGradient } from "./batch_gradient.ts";
import { decayAfter, TINY } from "./rmsprop.ts";
import type { Trainable } from "./trainable.ts";
import { memoryArrays, WeightMemory } from "./weight_memory.ts";

/** Below this, float32 would soon not hold weights that are not shrunk. */
const LEAST_SHRINKAGE = 1e-10;

/** Columns are as many units long as the kernels take at once. */
const UNIT_BLOCK = 8;
/** Units that are transposed together: those of a cache line. */
const TRANSPOSED_UNITS = 16;

/** A symbol network in training. */
export class SymbolTrainable implements Trainable {
  #inputs: number;
  #units: number;
  /** Length of a column: units, and then zeros. */
  #stride: number;
  #calculate: Calculations;
  /** A column for each input, one for the biases, and one to spare. */
  #hidden: Float32Array;
  #hiddenSquares: Float32Array;
  /** One for each element of a column, and the bias. */
  #output: Float32Array;
  #outputSquares: Float32Array;
  #outputGradient: Float32Array;
  #gradient: BatchGradient;
  /** u; only what was computed last for a column. */
  #collapsed: Float32Array;
  /** For each column of a mini-batch. */
  #factors: Float32Array;
  #decays: Float32Array;
  #step = 0;
  /**
   * What the hidden weights are to be multiplied by, without the biases: weight
   * decay shrinks this one number instead of all of them.
   */
  #shrinkage = 1;
  /** Step in which each column occurred last. */
  #columnStep: Uint32Array;
  #memory: WeightMemory;

  /** All weights are 0. */
  constructor(data: Dataset, units: number, kind?: KernelKind) {
    const { inputs } = data;
    const stride = Math.ceil(units / UNIT_BLOCK) * UNIT_BLOCK;
    const columns = inputs + 2;
    const hiddenLength = columns * stride;
    const length = hiddenLength + stride + 1;
    const { calculate, arrays } = createKernels((arrays) => ({
      batch: batchArrays(arrays, data),
      memory: memoryArrays(arrays, length),
      weights: arrays.floats(length),
      squares: arrays.floats(length),
      outputGradient: arrays.floats(stride + 1),
      collapsed: arrays.floats(columns),
      factors: arrays.floats(columns),
      decays: arrays.floats(columns),
    }), kind);
    this.#inputs = inputs;
    this.#units = units;
    this.#stride = stride;
    this.#calculate = calculate;
    const { weights, squares, batch } = arrays;
    this.#hidden = weights.subarray(0, hiddenLength);
    this.#hiddenSquares = squares.subarray(0, hiddenLength);
    this.#output = weights.subarray(hiddenLength);
    this.#outputSquares = squares.subarray(hiddenLength);
    this.#outputGradient = arrays.outputGradient;
    this.#collapsed = arrays.collapsed;
    this.#factors = arrays.factors;
    this.#decays = arrays.decays;
    this.#gradient = new BatchGradient(calculate, batch, data);
    for (let k = 0; k < batch.values.length; k++) {
      batch.values[k] = Math.max(0, batch.values[k]);
    }
    this.#columnStep = new Uint32Array(columns);
    this.#memory = new WeightMemory(calculate, weights, arrays.memory);
  }

  /**
   * Makes the weights random by KANN's law: variance 1 / inputs of the layer;
   * no bias.
   */
  randomise(random: Random): void {
    const stride = this.#stride;
    const draw = (values: Float32Array, length: number, inputs: number) => {
      const deviation = 1 / Math.sqrt(inputs);
      const seed = random.integer();
      this.#calculate.drawNormals(values, length, deviation, seed);
    };
    const biases = this.#inputs * stride;
    draw(this.#hidden, biases, this.#inputs);
    for (let end = stride; end <= biases; end += stride) {
      this.#hidden.fill(0, end - stride + this.#units, end);
    }
    draw(this.#output, stride, this.#units);
    this.#output.fill(0, this.#units);
  }

  /**
   * Takes over the weights of another network. Units that it does not have
   * stay as they are, and do nothing.
   *
   * @param layers the hidden and the last one, over the inputs of the data
   */
  takeOver([hidden, output]: DenseLayer[]): void {
    const oldUnits = hidden.biases.length;
    for (let input = 0; input < this.#inputs; input++) {
      for (let i = 0; i < oldUnits; i++) {
        this.#hidden[input * this.#stride + i] =
          hidden.weights[i * this.#inputs + input];
      }
    }
    this.#hidden.set(hidden.biases, this.#inputs * this.#stride);
    this.#output.fill(0, oldUnits);
    this.#output.set(output.weights);
    this.#output[this.#stride] = output.biases[0];
  }

  step(rows: Uint32Array, learningRate: number, weightDecay: number): number {
    const inputs = this.#inputs;
    const gradient = this.#gradient;
    this.#step++;
    this.#shrinkage *= 1 - learningRate * weightDecay;
    if (Math.abs(this.#shrinkage) < LEAST_SHRINKAGE) this.#shrink();
    const { found, count } = this.#columnsOf(rows);
    this.#collapse(count);
    const { cost, byBias } = gradient.compute(
      found,
      this.#collapsed,
      this.#bias(),
    );
    gradient.byColumn[inputs] = byBias;
    gradient.byColumn[inputs + 1] = 0;
    this.#descend(count, byBias, learningRate);
    return cost;
  }

  /**
   * Adds the column of biases to those that occur in the mini-batch, and one to
   * spare where the number is odd.
   */
  #columnsOf(rows: Uint32Array): { found: number; count: number } {
    const found = this.#gradient.gather(rows);
    const { columns } = this.#gradient;
    columns[found] = this.#inputs;
    columns[found + 1] = this.#inputs + 1;
    const count = found + 1 + (found + 1) % 2;
    this.#factors.fill(this.#shrinkage, 0, found);
    this.#factors.fill(1, found, count);
    return { found, count };
  }

  /** Changes all weights by the gradient computed last. */
  #descend(count: number, byBias: number, learningRate: number): void {
    const { columns, byColumn } = this.#gradient;
    const calculate = this.#calculate;
    for (let k = 0; k < count; k++) {
      const column = columns[k];
      this.#decays[k] = decayAfter(this.#step - this.#columnStep[column]);
      this.#columnStep[column] = this.#step;
    }
    calculate.descendHidden(
      columns,
      count,
      this.#factors,
      this.#decays,
      byColumn,
      this.#hidden,
      this.#hiddenSquares,
      this.#stride,
      this.#output,
      this.#outputGradient,
      learningRate,
      TINY,
    );
    this.#outputGradient[this.#stride] = byBias;
    calculate.descend(
      this.#output,
      this.#outputSquares,
      this.#outputGradient,
      this.#stride + 1,
      learningRate,
      TINY,
    );
  }

  /** Carries out the weight decay that was put off. */
  #shrink(): void {
    if (this.#shrinkage === 1) return;
    const length = this.#inputs * this.#stride;
    this.#calculate.scale(this.#hidden, length, this.#shrinkage);
    this.#shrinkage = 1;
  }

  /** Computes u for the columns of the mini-batch. */
  #collapse(count: number): void {
    this.#calculate.collapseHidden(
      this.#gradient.columns,
      count,
      this.#factors,
      this.#hidden,
      this.#stride,
      this.#output,
      this.#collapsed,
    );
  }

  /** The bias of the collapsed network. */
  #bias(): number {
    return this.#collapsed[this.#inputs] + this.#output[this.#stride];
  }

  sums(rows: Uint32Array): Float64Array {
    this.#collapse(this.#columnsOf(rows).count);
    return this.#gradient.sums(this.#collapsed, this.#bias());
  }

  get memory(): WeightMemory {
    this.#shrink();
    return this.#memory;
  }

  shiftBias(by: number): void {
    this.#output[this.#stride] += by;
  }

  graph(): Graph {
    this.#shrink();
    const biases = this.#inputs * this.#stride;
    const hidden: DenseLayer = {
      weights: this.#transposed(),
      biases: this.#hidden.slice(biases, biases + this.#units),
    };
    const output: DenseLayer = {
      weights: this.#output.slice(0, this.#units),
      biases: this.#output.slice(this.#stride),
    };
    return symbolGraph(this.#inputs, [hidden, output]);
  }

  /**
   * The hidden weights as KANN keeps them, those of a unit together; some units
   * at a time, so that what is read stays in the cache.
   */
  #transposed(): Float32Array<ArrayBuffer> {
    const [inputs, units, stride] = [this.#inputs, this.#units, this.#stride];
    const hidden = this.#hidden;
    const transposed = new Float32Array(inputs * units);
    for (let first = 0; first < units; first += TRANSPOSED_UNITS) {
      const end = Math.min(units, first + TRANSPOSED_UNITS);
      for (let column = 0; column < inputs; column++) {
        for (let i = first; i < end; i++) {
          transposed[i * inputs + column] = hidden[column * stride + i];
        }
      }
    }
    return transposed;
  }
}
