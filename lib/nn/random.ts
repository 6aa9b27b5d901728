/**
 * Random numbers that a seed repeats on every machine and in every version.
 *
 * @module
 */

/**
 * xoshiro128** by Blackman and Vigna, seeded by splitmix32.
 *
 * @example
 * ```ts
 * const random = new Random(1);
 * random.uniform(); // the same on every run
 * ```
 */
export class Random {
  #state: Uint32Array;

  /** @param seed an integer; folded to 32 bits, so that different ones may agree */
  constructor(seed: number) {
    let mixed = (seed ^ Math.floor(seed / 2 ** 32)) >>> 0;
    this.#state = Uint32Array.from({ length: 4 }, () => {
      mixed = (mixed + 0x9e3779b9) >>> 0;
      let z = mixed;
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      return z ^ (z >>> 15);
    });
  }

  /** Evenly distributed over [0, 1), in steps of 2⁻³². */
  uniform(): number {
    return this.integer() / 2 ** 32;
  }

  /** Any whole number below 2³². */
  integer(): number {
    const s = this.#state;
    const result = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 11);
    return result;
  }

  /** Normally distributed, mean 0 and variance 1 (Marsaglia's polar method). */
  normal(): number {
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const square = u * u + v * v;
      if (square > 0 && square < 1) {
        return u * Math.sqrt(-2 * Math.log(square) / square);
      }
    }
  }

  /** Shuffles in place (Fisher and Yates). */
  shuffle(items: Uint32Array): void {
    for (let left = items.length; left > 1; left--) {
      const pick = Math.floor(left * this.uniform());
      [items[pick], items[left - 1]] = [items[left - 1], items[pick]];
    }
  }
}

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}
