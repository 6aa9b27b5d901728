/**
 * From the output of a network to a probability: Platt scaling (Platt 1999),
 * fitted as Lin, Lin and Weng (2007) do.
 *
 * @module
 */

/** `probability = 1 / (1 + e^−(slope · margin + intercept))`. */
export interface Calibration {
  /** At least 0: a greater output is never less probable to be spam. */
  slope: number;
  /** What the share of spam among the messages adds, and a bias of the network. */
  intercept: number;
}

/**
 * Greatest weighted sum before a tanh that counts: in float32, which rspamd
 * answers in, tanh is 1 soon after it.
 */
const MOST_MARGIN = 8;
const MOST_OUTPUT = Math.tanh(MOST_MARGIN);

const MOST_STEPS = 100;
/** The gradient, for each message, that counts as 0. */
const FLAT = 1e-9;
/** A step is halved down to this share of it. */
const LEAST_SHARE = 1e-10;
/** Share of the promised descent that a step has to give (Armijo). */
const ENOUGH = 1e-4;
/** The tanh of a network is trained as the sigmoid of twice the margin. */
const TRAINED_SLOPE = 2;
/**
 * How firmly that is believed, as the precision of a normal prior. The handful
 * of messages that a small pool holds out would make any slope: without this,
 * probabilities were worse than the outputs they came from.
 */
const BELIEF = 3;

/**
 * The weighted sum before the tanh of an output, at most 8 and at least −8.
 */
export function marginOf(output: number): number {
  return Math.atanh(Math.min(Math.max(output, -MOST_OUTPUT), MOST_OUTPUT));
}

/** The probability that a message of this output is spam. */
export function probabilityOf(
  output: number,
  { slope, intercept }: Calibration,
): number {
  return sigmoid(slope * marginOf(output) + intercept);
}

/**
 * Fits a calibration to outputs for messages that the network was not trained
 * on.
 *
 * Labels count as a little less than certain, by how few there are of them:
 * `(n + 1) / (n + 2)` for spam. So the slope stays finite where outputs
 * separate the classes, and a handful of messages make no certainty.
 *
 * @param outputs one for each message, finite
 * @param isSpam 1 for spam, 0 for ham
 * @returns nothing without messages of both classes
 */
export function fitCalibration(
  outputs: Float64Array,
  isSpam: Uint8Array,
): Calibration | undefined {
  const spam = isSpam.reduce((sum, label) => sum + label, 0);
  const ham = isSpam.length - spam;
  if (spam === 0 || ham === 0) return undefined;
  const problem: Problem = {
    margins: outputs.map(marginOf),
    targets: Float64Array.from(
      isSpam,
      (label) => label === 1 ? (spam + 1) / (spam + 2) : 1 / (ham + 2),
    ),
  };
  const fitted = descend(problem);
  if (fitted.slope >= 0) return fitted;
  // The outputs say the contrary of what they should: better nothing at all.
  const mean = problem.targets.reduce((a, b) => a + b) / isSpam.length;
  return { slope: 0, intercept: Math.log(mean / (1 - mean)) };
}

/**
 * Mean square of the distance between probabilities and what was true (Brier
 * 1950): 0 is best, and 0.25 is what a coin gets.
 */
export function brierScore(
  probabilities: Float64Array,
  isSpam: Uint8Array,
): number {
  const squares = probabilities.reduce(
    (sum, probability, i) => sum + (probability - isSpam[i]) ** 2,
    0,
  );
  return squares / probabilities.length;
}

/** What is fitted to what. */
interface Problem {
  margins: Float64Array;
  targets: Float64Array;
}

/** Newton's method, with steps halved until they go down. */
function descend(problem: Problem): Calibration {
  let at: Calibration = { slope: TRAINED_SLOPE, intercept: 0 };
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const { gradient: [g1, g2], hessian: [h11, h12, h22] } = derivativesOf(
      problem,
      at,
    );
    const flat = FLAT * problem.margins.length;
    if (Math.abs(g1) < flat && Math.abs(g2) < flat) break;
    const determinant = h11 * h22 - h12 * h12;
    const next = goDown(problem, at, {
      slope: (h12 * g2 - h22 * g1) / determinant,
      intercept: (h12 * g1 - h11 * g2) / determinant,
    }, [g1, g2]);
    if (next === undefined) break;
    at = next;
  }
  return at;
}

/**
 * Goes as much of a step as the cost falls by some of what its slope promises.
 *
 * @returns nothing where that is beyond what numbers can tell
 */
function goDown(
  problem: Problem,
  { slope, intercept }: Calibration,
  step: Calibration,
  [g1, g2]: [number, number],
): Calibration | undefined {
  const cost = costOf(problem, { slope, intercept });
  const promised = g1 * step.slope + g2 * step.intercept;
  for (let share = 1; share > LEAST_SHARE; share /= 2) {
    const next = {
      slope: slope + share * step.slope,
      intercept: intercept + share * step.intercept,
    };
    if (costOf(problem, next) < cost + ENOUGH * share * promised) return next;
  }
}

/** Cross-entropy, in nats, and what is believed beforehand. */
function costOf(
  { margins, targets }: Problem,
  { slope, intercept }: Calibration,
): number {
  let cost = BELIEF / 2 * (slope - TRAINED_SLOPE) ** 2;
  for (let i = 0; i < margins.length; i++) {
    const sum = slope * margins[i] + intercept;
    // −t·ln p − (1 − t)·ln(1 − p), without an exponential that overflows.
    cost += Math.log1p(Math.exp(-Math.abs(sum))) +
      (sum > 0 ? (1 - targets[i]) * sum : -targets[i] * sum);
  }
  return cost;
}

/** By slope and intercept. */
interface Derivatives {
  gradient: [number, number];
  hessian: [number, number, number];
}

function derivativesOf(
  { margins, targets }: Problem,
  { slope, intercept }: Calibration,
): Derivatives {
  let [g1, g2] = [BELIEF * (slope - TRAINED_SLOPE), 0];
  let [h11, h12, h22] = [BELIEF, 0, 0];
  for (let i = 0; i < margins.length; i++) {
    const margin = margins[i];
    const probability = sigmoid(slope * margin + intercept);
    const excess = probability - targets[i];
    const weight = probability * (1 - probability);
    g1 += margin * excess;
    g2 += excess;
    h11 += margin * margin * weight;
    h12 += margin * weight;
    h22 += weight;
  }
  return { gradient: [g1, g2], hessian: [h11, h12, h22] };
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
