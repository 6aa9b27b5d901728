/**
 * From the output of a network to the symbol that is inserted (rspamd
 * `ann_scores_filter`).
 *
 * @module
 */

/** The options of a rule that decide about its symbols. */
export interface SymbolOptions {
  symbolSpam: string;
  symbolHam: string;
  /** Least output that inserts the spam symbol. */
  spamScoreThreshold?: number;
  /** Least negative output, as a positive number, that inserts the other. */
  hamScoreThreshold?: number;
  /** Whether the thresholds of the model hold where none is set here. */
  rocEnabled?: boolean;
  /** Whether an inserted symbol always has the score 1. */
  flatThresholdCurve: boolean;
}

/** What an output means. */
export interface SymbolDecision {
  /** Which symbol is inserted; null when the output is below the threshold. */
  symbol: string | null;
  /** The symbol's score, between 0 and 1; 0 when none is inserted. */
  score: number;
  /** The threshold of the side that the output is on. */
  threshold: number;
}

/**
 * Decides which symbol an output inserts, and with which score.
 *
 * @param learned thresholds of the model for spam and ham (`roc_thresholds`)
 */
export function symbolFor(
  output: number,
  options: SymbolOptions,
  learned?: readonly [number, number],
): SymbolDecision {
  const isSpam = output > 0;
  const [spam, ham] = options.rocEnabled && learned ? learned : [0, 0];
  const threshold = isSpam
    ? options.spamScoreThreshold ?? spam
    : options.hamScoreThreshold ?? ham;
  const strength = Math.abs(output);
  // Written so that an output which is no number inserts nothing.
  if (!(strength >= threshold)) return { symbol: null, score: 0, threshold };
  return {
    symbol: isSpam ? options.symbolSpam : options.symbolHam,
    score: options.flatThresholdCurve ? 1 : strength,
    threshold,
  };
}
