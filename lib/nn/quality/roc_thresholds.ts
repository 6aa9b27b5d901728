/**
 * Thresholds that make wrong symbols as cheap as they can be (rspamd
 * `roc_enabled`).
 *
 * @module
 */

/** From which strength on an output inserts a symbol, for each side of 0. */
export interface RocThresholds {
  /** Least output that is spam, between 0 and 1. */
  spam: number;
  /** Least output with its sign turned that is ham, between 0 and 1. */
  ham: number;
}

/** With fewer messages of a class, one of them would move the threshold. */
export const LEAST_OF_CLASS_FOR_ROC = 20;

/**
 * Finds the thresholds for outputs of messages that a network was not trained
 * on. An output is cut where what is wrong costs least: `cost` for each spam
 * below the cut, and `1 − cost` for each ham above it.
 *
 * Where several cuts cost the same, the spam threshold is at the highest and
 * the ham threshold at the lowest, and nothing is said of what lies between
 * them. Of the room that a cut has between two outputs, it takes 0 if it can,
 * and else the middle. The sign of the output is never overruled: a cut below
 * 0 is a spam threshold of 0, and one above 0 a ham threshold of 0.
 *
 * rspamd gives, for the cut, the greatest output below it, and compares the
 * ham threshold as it is with the output's turned sign; here the sign of the
 * threshold is turned too, so that both speak of the same cut.
 *
 * @param outputs one for each message, above 0 for spam
 * @param isSpam 1 for spam, 0 for ham
 * @param cost between 0 and 1 (`roc_misclassification_cost`)
 * @returns 0 for both, which is as without any, by too few messages
 */
export function rocThresholds(
  outputs: Float64Array,
  isSpam: Uint8Array,
  cost: number,
): RocThresholds {
  const spam = isSpam.reduce((sum, label) => sum + label, 0);
  const fewest = Math.min(spam, isSpam.length - spam);
  if (fewest < LEAST_OF_CLASS_FOR_ROC || !outputs.every(Number.isFinite)) {
    return { spam: 0, ham: 0 };
  }
  const cuts = cheapestCuts(outputs, isSpam, cost);
  return {
    spam: Math.max(0, placeOf(cuts.at(-1)!)),
    ham: Math.max(0, -placeOf(cuts[0])),
  };
}

/** Room between two outputs: greater than one, and at most the other. */
interface Cut {
  above: number;
  upTo: number;
}

/** All cuts of the least cost, the lowest first. */
function cheapestCuts(
  outputs: Float64Array,
  isSpam: Uint8Array,
  cost: number,
): Cut[] {
  const order = Uint32Array.from(outputs.keys())
    .sort((a, b) => outputs[a] - outputs[b]);
  let hamAbove = isSpam.reduce((sum, label) => sum + 1 - label, 0);
  let spamBelow = 0;
  let least = Infinity;
  let cheapest: Cut[] = [];
  // An output is from −1 to 1, so beyond all of them there is room up to that.
  for (let i = 0; i <= order.length; i++) {
    const above = i === 0 ? -1 : outputs[order[i - 1]];
    const upTo = i === order.length ? 1 : outputs[order[i]];
    if (above < upTo || i === 0 || i === order.length) {
      const price = cost * spamBelow + (1 - cost) * hamAbove;
      const difference = price - least;
      // Sums of shares that ought to be equal differ in their last digits.
      const noise = 1e-12 * order.length;
      if (difference < -noise) cheapest = [];
      if (difference <= noise) cheapest.push({ above, upTo });
      least = Math.min(least, price);
    }
    if (i === order.length) break;
    if (isSpam[order[i]] === 1) spamBelow++;
    else hamAbove--;
  }
  return cheapest;
}

/** 0 if there is room for it, else the middle. */
function placeOf({ above, upTo }: Cut): number {
  // An output of 0 is ham.
  if (above <= 0 && upTo > 0) return 0;
  const middle = (above + upTo) / 2;
  return middle > above ? middle : upTo;
}
