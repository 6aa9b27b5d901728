/**
 * Scores.
 *
 * @module
 */

import type { Contribution } from "../model/explain.ts";

/** What one rule says of a scan. */
export interface Score {
  rule: string;
  settings: string;
  /** The symbol to insert; null when the output is below its threshold. */
  symbol: string | null;
  /** The symbol's score, between 0 and 1. */
  score: number;
  /** The output of the network, from −1 (ham) to 1 (spam). */
  output: number;
  /** That it is spam; absent where rspamd trained the network. */
  probability?: number;
  /** Version of the model that answered. */
  version: number;
  threshold: number;
  /** What moved the output most, the strongest first. */
  contributions?: Contribution[];
}
