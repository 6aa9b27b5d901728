import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { erf, erfc } from "../../lib/nn/erf.ts";

/** Computed with 50 digits by mpmath, and rounded to the nearest double. */
const VALUES = [
  [1e-300, 1.1283791670955126e-300],
  [1e-20, 1.1283791670955125e-20],
  [1e-09, 1.1283791670955127e-09],
  [0.001, 0.0011283787909692365],
  [0.0625, 0.07043197772238707],
  [0.25, 0.27632639016823696],
  [0.5, 0.5204998778130465],
  [0.75, 0.7111556336535151],
  [1, 0.8427007929497149],
  [1.25, 0.9229001282564583],
  [1.5, 0.9661051464753108],
  [1.75, 0.9866716712191824],
  [2, 0.9953222650189527],
  [2.25, 0.9985372834133188],
  [2.4375, 0.9994334567454198],
  [2.4999999, 0.9995930477647266],
  [2.5, 0.999593047982555],
  [2.5000001, 0.9995930482003834],
  [2.5625, 0.9997098311383266],
  [2.75, 0.9998993780778803],
  [3, 0.9999779095030014],
  [3.25, 0.9999956972205363],
  [3.5, 0.9999992569016276],
  [4, 0.9999999845827421],
  [4.5, 0.9999999998033839],
  [5, 0.9999999999984626],
  [5.5, 0.9999999999999927],
  [5.921875, 1.0],
  [6, 1.0],
  [6.5, 1.0],
  [27, 1.0],
  [1e+300, 1.0],
];

Deno.test("the error function is right to some units of the last place", () => {
  for (const [x, expected] of VALUES) {
    for (const sign of [1, -1]) {
      const error = Math.abs(erf(sign * x) - sign * expected);
      assert(error <= 1e-15 * expected, `${sign * x}: ${erf(sign * x)}`);
    }
  }
});

Deno.test("the error function at the ends of its domain", () => {
  assertEquals(erf(0), 0);
  assertEquals(erf(-0), -0);
  assertEquals(erf(Infinity), 1);
  assertEquals(erf(-Infinity), -1);
  assertEquals(erf(NaN), NaN);
});

Deno.test("the error function is odd, rises, and stays between −1 and 1", () => {
  const x = fc.double({ min: 0, max: 8, noNaN: true });
  fc.assert(
    fc.property(x, fc.double({ min: 0.01, max: 1, noNaN: true }), (x, step) => {
      assertEquals(erf(-x), -erf(x));
      assert(erf(x + step) >= erf(x));
      assert(erf(x) <= 1 && erf(x) >= 0);
    }),
  );
});

Deno.test("the slope of the error function is the bell curve", () => {
  const slope = (x: number) => 2 / Math.sqrt(Math.PI) * Math.exp(-x * x);
  for (let x = -7; x <= 7; x += 1 / 64) {
    const h = 1e-4;
    const measured = (erf(x + h) - erf(x - h)) / (2 * h);
    assert(Math.abs(measured - slope(x)) < 1e-7, `at ${x}: ${measured}`);
  }
});

Deno.test("what is missing to 1 keeps its digits", () => {
  // By scipy.special.erfc.
  for (
    const [x, expected] of [
      [-1, 1.8427007929497148],
      [0, 1],
      [0.5, 0.4795001221869535],
      [2.4, 0.0006885138966450789],
      [2.5, 0.00040695201744495886],
      [3, 2.2090496998585445e-05],
      [6, 2.1519736712498913e-17],
      [10, 2.0884875837625446e-45],
      [26, 5.663192408856145e-296],
    ]
  ) {
    assert(Math.abs(erfc(x) / expected - 1) < 1e-12, `${x}: ${erfc(x)}`);
  }
  assertEquals([erfc(30), erfc(Infinity), erfc(NaN)], [0, 0, NaN]);
});
