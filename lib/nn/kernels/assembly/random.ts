/**
 * Random numbers, many at once.
 *
 * @module
 */

import { cos, log, sin } from "./elementary";

const QUARTER_TURN: f32 = 1.5707963267948966;
/** 2⁻²⁴ and 2⁻²²: of whole numbers with 24 bits, fractions of 1, and of 4. */
const TO_UNIT: f32 = 0.000000059604644775390625;
const TO_QUARTERS: f32 = 0.0000002384185791015625;

export function drawNormals(
  values: usize,
  length: i32,
  deviation: f32,
  seed: i32,
): void {
  const step = i32x4.splat(0x9e3779b9 * 4);
  let z = i32x4.add(
    i32x4.mul(i32x4(1, 2, 3, 4), i32x4.splat(0x9e3779b9)),
    i32x4.splat(seed),
  );
  for (let at = 0; at < length; at += 8, values += 32) {
    const radii = radius(mix(z), deviation);
    z = i32x4.add(z, step);
    // A turn, in quarters from −2 up to 2, and what it goes beyond a quarter.
    const turn = f32x4.mul(
      f32x4.convert_i32x4_s(i32x4.shr_s(mix(z), 8)),
      f32x4.splat(TO_QUARTERS),
    );
    z = i32x4.add(z, step);
    const nearest = f32x4.nearest(turn);
    const angle = f32x4.mul(
      f32x4.sub(turn, nearest),
      f32x4.splat(QUARTER_TURN),
    );
    const quarters = i32x4.trunc_sat_f32x4_s(nearest);
    v128.store(
      values,
      f32x4.mul(
        radii,
        sinOfQuarters(i32x4.add(quarters, i32x4.splat(1)), angle),
      ),
    );
    v128.store(values, f32x4.mul(radii, sinOfQuarters(quarters, angle)), 16);
  }
}

/** √(−2·log u), where u is evenly distributed over (0, 1]. */
function radius(bits: v128, deviation: f32): v128 {
  const number = i32x4.add(i32x4.shr_u(bits, 8), i32x4.splat(1));
  const u = f32x4.mul(
    f32x4.convert_i32x4_s(number),
    f32x4.splat(TO_UNIT),
  );
  // The rounding of log(1 − 2⁻²⁴) may not make a negative number of it.
  const square = f32x4.max(
    f32x4.splat(0),
    f32x4.mul(f32x4.splat(-2), log(u)),
  );
  return f32x4.mul(f32x4.splat(deviation), f32x4.sqrt(square));
}

/** The sine of so many quarter turns and an angle of at most half of one. */
function sinOfQuarters(quarters: v128, angle: v128): v128 {
  const isOdd = i32x4.shl(quarters, 31);
  const value = v128.bitselect(
    cos(angle),
    sin(angle),
    i32x4.shr_s(isOdd, 31),
  );
  // In the third and fourth quarter the sign is the other.
  const sign = i32x4.shl(i32x4.shr_u(quarters, 1), 31);
  return v128.xor(value, sign);
}

/** The mixing of splitmix32. */
function mix(z: v128): v128 {
  z = i32x4.mul(v128.xor(z, i32x4.shr_u(z, 16)), i32x4.splat(0x21f0aaad));
  z = i32x4.mul(v128.xor(z, i32x4.shr_u(z, 15)), i32x4.splat(0x735a2d97));
  return v128.xor(z, i32x4.shr_u(z, 15));
}
