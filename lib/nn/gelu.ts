/**
 * The Gaussian error linear unit, in its exact form.
 *
 * @module
 */

import { erf } from "./erf.ts";

/** `x · Φ(x)`, with Φ the distribution function of the normal distribution. */
export function gelu(x: number): number {
  return x * normalDistribution(x);
}

/** Its derivative, `Φ(x) + x · φ(x)`. */
export function geluSlope(x: number): number {
  const density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  return normalDistribution(x) + x * density;
}

function normalDistribution(x: number): number {
  return 0.5 * (1 + erf(x * Math.SQRT1_2));
}
