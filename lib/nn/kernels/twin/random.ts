/**
 * Random numbers, many at once.
 *
 * @module
 */

/**
 * Numbers that are normally distributed around 0 (Box and Muller 1958, on
 * whole numbers by splitmix32), none beyond 5.8 deviations.
 *
 * @param length a multiple of 8
 * @param seed a whole number below 2³²
 */
export function drawNormals(
  values: Float32Array,
  length: number,
  deviation: number,
  seed: number,
): void {
  for (let at = 0; at < length; at += 8) {
    for (let lane = 0; lane < 4; lane++) {
      const number = Math.imul(at + lane + 1, 0x9e3779b9) + seed;
      const next = Math.imul(at + lane + 5, 0x9e3779b9) + seed;
      // In steps of 2⁻²⁴; the first is never 0.
      const u = ((mix(number) >>> 8) + 1) / 2 ** 24;
      const turn = (mix(next) >> 8) / 2 ** 24;
      const radius = deviation * Math.sqrt(-2 * Math.log(u));
      values[at + lane] = radius * Math.cos(2 * Math.PI * turn);
      values[at + lane + 4] = radius * Math.sin(2 * Math.PI * turn);
    }
  }
}

/** The mixing of splitmix32. */
function mix(z: number): number {
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}
