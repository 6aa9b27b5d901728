/**
 * RMSprop as KANN does it: `r ← 0.9·r + 0.1·g²`, `w ← w − lr·g / √(r + 1e-6)`
 * (`kann_RMSprop`).
 *
 * @module
 */

const DECAY = 0.9;
const TINY = 1e-6;

/** 0.9^k; beyond the table it is less than the smallest float32. */
const DECAY_POWERS = powersOf(DECAY, 1024);

function powersOf(base: number, count: number): Float64Array {
  const powers = new Float64Array(count);
  let power = 1;
  for (let k = 0; k < count; k++, power *= base) powers[k] = power;
  return powers;
}

/**
 * What is left of a mean of squares after some steps, all but the last of
 * them without a gradient.
 */
export function decayAfter(steps: number): number {
  return steps < DECAY_POWERS.length ? DECAY_POWERS[steps] : 0;
}

/** Weights, the mean squares of their gradients, and how they change. */
export class RmspropArray {
  readonly weights: Float32Array;
  readonly squares: Float32Array;

  constructor(weights: Float32Array) {
    this.weights = weights;
    this.squares = new Float32Array(weights.length);
  }

  /** Moves one weight by its gradient, after `decayAfter` steps. */
  update(
    i: number,
    gradient: number,
    learningRate: number,
    decay = DECAY,
  ): void {
    const square = decay * this.squares[i] +
      (1 - DECAY) * gradient * gradient;
    this.squares[i] = square;
    this.weights[i] -= learningRate * gradient / Math.sqrt(square + TINY);
  }
}
