/**
 * The costs of a training's epochs, few enough to be kept.
 *
 * @module
 */

/** More would look the same. */
export const MOST_COSTS = 100;

/**
 * Mean costs of equally many epochs each, where there are too many to keep, in
 * four digits.
 *
 * @param costs one for each epoch, in nats
 * @returns at most {@linkcode MOST_COSTS}
 */
export function costCurve(costs: readonly number[]): number[] {
  const epochs = Math.ceil(costs.length / MOST_COSTS);
  const means: number[] = [];
  for (let at = 0; at < costs.length; at += epochs) {
    const part = costs.slice(at, at + epochs);
    const mean = part.reduce((sum, cost) => sum + cost, 0) / part.length;
    means.push(Number(mean.toPrecision(4)));
  }
  return means;
}
