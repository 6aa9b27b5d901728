/**
 * The cost that networks are trained by.
 *
 * @module
 */

import { expOfNegative, logOnePlus } from "./elementary";

/**
 * With the margin `m = 2·sum·truth` and `e = exp(−|m|)`, the cost is
 * `log(1 + e) + max(0, −m)`, and `tanh(sum) − truth` is `−2·truth / (1 + exp m)`:
 * nothing in it overflows, or is a difference of nearly equal numbers.
 *
 * Four at a time; what is computed beyond the last one is not counted.
 */
export function compareSums(
  sums: usize,
  truths: usize,
  count: i32,
  deltas: usize,
): f64 {
  const share = f32x4.splat(-2 / <f32> count);
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  let cost: f64 = 0;
  for (let i = 0; i < count; i += 4, sums += 16, truths += 16, deltas += 16) {
    const truth = v128.load(truths);
    const sum = v128.load(sums);
    const margin = f32x4.mul(f32x4.add(sum, sum), truth);
    const e = expOfNegative(f32x4.neg(f32x4.abs(margin)));
    // 1 / (1 + exp m) = e / (1 + e) where m ≥ 0.
    const numerator = v128.bitselect(e, one, f32x4.ge(margin, zero));
    const wrong = f32x4.div(numerator, f32x4.add(one, e));
    v128.store(deltas, f32x4.mul(f32x4.mul(share, truth), wrong));
    const costs = f32x4.add(logOnePlus(e), f32x4.max(zero, f32x4.neg(margin)));
    cost += <f64> f32x4.extract_lane(costs, 0);
    if (i + 1 < count) cost += <f64> f32x4.extract_lane(costs, 1);
    if (i + 2 < count) cost += <f64> f32x4.extract_lane(costs, 2);
    if (i + 3 < count) cost += <f64> f32x4.extract_lane(costs, 3);
  }
  return cost / <f64> count;
}
