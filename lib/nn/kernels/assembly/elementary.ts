/**
 * Elementary functions of four numbers, to the last digit or two of float32.
 * WebAssembly has none of its own, and the same bits come out everywhere.
 *
 * @module
 */

const LN_2: f32 = 0.6931471805599453;
/** The same in two parts, the first of which has few digits. */
const LN_2_HIGH: f32 = 0.693359375;
const LN_2_LOW: f32 = -2.12194440e-4;
const LOG2_E: f32 = 1.4426950408889634;

function splat(x: f32): v128 {
  return f32x4.splat(x);
}

/** a + b·c, rounded twice. */
function plusProduct(a: f32, b: v128, c: v128): v128 {
  return f32x4.add(splat(a), f32x4.mul(b, c));
}

/**
 * exp(x) for x ≤ 0: 2ⁿ·exp(r) with |r| ≤ ½ ln 2, where the Taylor polynomial of
 * degree 7 is exact enough. Below −87 it is 0.
 */
export function expOfNegative(x: v128): v128 {
  const n = f32x4.nearest(f32x4.mul(x, splat(LOG2_E)));
  const r = f32x4.sub(
    f32x4.sub(x, f32x4.mul(n, splat(LN_2_HIGH))),
    f32x4.mul(n, splat(LN_2_LOW)),
  );
  let y = plusProduct(1.0 / 720, r, splat(1.0 / 5040));
  y = plusProduct(1.0 / 120, r, y);
  y = plusProduct(1.0 / 24, r, y);
  y = plusProduct(1.0 / 6, r, y);
  y = plusProduct(0.5, r, y);
  y = plusProduct(1, r, y);
  y = plusProduct(1, r, y);
  const exponent = i32x4.shl(i32x4.trunc_sat_f32x4_s(n), 23);
  const scaled = i32x4.add(y, exponent);
  return v128.andnot(scaled, f32x4.lt(x, splat(-87)));
}

/**
 * log(1 + e) for 0 ≤ e ≤ 1, as 2·artanh(e / (2 + e)): the series needs no more
 * than nine terms, and small e lose nothing.
 */
export function logOnePlus(e: v128): v128 {
  const s = f32x4.div(e, f32x4.add(splat(2), e));
  return artanhSeries(s);
}

/** 2·artanh(s) for |s| ≤ ⅓. */
function artanhSeries(s: v128): v128 {
  const square = f32x4.mul(s, s);
  let y = plusProduct(2.0 / 13, square, splat(2.0 / 15));
  y = plusProduct(2.0 / 11, square, y);
  y = plusProduct(2.0 / 9, square, y);
  y = plusProduct(2.0 / 7, square, y);
  y = plusProduct(2.0 / 5, square, y);
  y = plusProduct(2.0 / 3, square, y);
  y = plusProduct(2, square, y);
  return f32x4.mul(s, y);
}

/** The logarithm of normal positive numbers: of 2ⁿ·m with √½ ≤ m < √2. */
export function log(x: v128): v128 {
  // The bits of √½, so that the exponent changes there.
  const shifted = i32x4.sub(x, i32x4.splat(0x3f3504f3));
  const n = i32x4.shr_s(shifted, 23);
  const m = i32x4.sub(x, i32x4.shl(n, 23));
  const s = f32x4.div(f32x4.sub(m, splat(1)), f32x4.add(m, splat(1)));
  return f32x4.add(
    f32x4.mul(f32x4.convert_i32x4_s(n), splat(LN_2)),
    artanhSeries(s),
  );
}

/** sin(x) for |x| ≤ π/4. */
export function sin(x: v128): v128 {
  const square = f32x4.mul(x, x);
  let y = plusProduct(-1.0 / 5040, square, splat(1.0 / 362880));
  y = plusProduct(1.0 / 120, square, y);
  y = plusProduct(-1.0 / 6, square, y);
  y = plusProduct(1, square, y);
  return f32x4.mul(x, y);
}

/** cos(x) for |x| ≤ π/4. */
export function cos(x: v128): v128 {
  const square = f32x4.mul(x, x);
  let y = plusProduct(-1.0 / 720, square, splat(1.0 / 40320));
  y = plusProduct(1.0 / 24, square, y);
  y = plusProduct(-0.5, square, y);
  return plusProduct(1, square, y);
}
