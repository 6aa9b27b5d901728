/**
 * What is applied to the last sum of a network.
 *
 * @module
 */

/** What is applied to a weighted sum. */
export type Activation = "tanh" | "sigmoid" | "identity";

/** Applies an activation to a sum. */
export function activate(
  sum: number,
  activation: Activation,
): number {
  switch (activation) {
    case "tanh":
      return Math.tanh(sum);
    case "sigmoid":
      return 1 / (1 + Math.exp(-sum));
    case "identity":
      return sum;
  }
}

/** Slope of an activation, from the value that it takes there. */
export function derivative(
  value: number,
  activation: Activation,
): number {
  switch (activation) {
    case "tanh":
      return 1 - value * value;
    case "sigmoid":
      return value * (1 - value);
    case "identity":
      return 1;
  }
}
