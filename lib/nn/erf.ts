/**
 * The error function, to about 1e-15.
 *
 * Near zero by the series e^(−x²)·Σ 2ⁿx^(2n+1)/(2n+1)!!, which has terms of
 * one sign only; farther out by the continued fraction of 1 − erf
 * (Abramowitz & Stegun 7.1.6 and 7.1.14).
 */
export function erf(x: number): number {
  const z = Math.abs(x);
  if (Number.isNaN(x)) return NaN;
  if (z > 6) return Math.sign(x);
  return Math.sign(x) * (z < 2.5 ? erfSeries(z) : 1 - erfcFraction(z));
}

/** 1 − erf(x), of which as many digits are right where it is near 0. */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x < 2.5) return 1 - erf(x);
  // e^(−z²) is 0 beyond.
  return x > 28 ? 0 : erfcFraction(x);
}

function erfSeries(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * z * z) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * sum;
}

function erfcFraction(z: number): number {
  let fraction = z;
  for (let k = 60; k > 0; k--) fraction = z + k / 2 / fraction;
  return Math.exp(-z * z) / Math.sqrt(Math.PI) / fraction;
}
