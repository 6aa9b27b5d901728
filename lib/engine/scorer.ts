/**
 * Scoring: what the networks say of a scan.
 *
 * @module
 */

import type { RuleConfig } from "../config/config.ts";
import { featuresOf } from "../features/features.ts";
import type { Scan } from "../features/scan.ts";
import { contributionsTo } from "../model/explain.ts";
import { probabilityOf } from "../nn/quality/calibration.ts";
import { symbolFor } from "../policy/threshold.ts";
import type { ScoreCounts, Side } from "./metrics/score_counts.ts";
import type { LiveModel, Network } from "./network.ts";
import type { Networks } from "./networks.ts";
import type { RecentScores } from "./recent_scores.ts";
import type { Score } from "./score.ts";

export type { Score } from "./score.ts";

/** How to score. */
export interface ScoreOptions {
  /** Name of the only rule to ask. */
  rule?: string;
  /** How many contributions to give; 0 for none. */
  explain?: number;
  /** Where scores are kept to be looked at. */
  kept?: RecentScores;
  /** Where they are counted. */
  counts?: ScoreCounts;
}

/**
 * Asks every rule that has a network for this scan.
 *
 * @throws {import("../features/scan.ts").ScanError} when its metatokens are
 * not those that are configured
 * @throws {import("./networks.ts").UnknownRuleError} when the rule is unknown
 */
export function scoreScan(
  networks: Networks,
  scan: Scan,
  { rule: only, explain = 0, kept, counts }: ScoreOptions = {},
): Score[] {
  const scores: Score[] = [];
  for (const rule of networks.rules(only)) {
    const network = networks.serving(rule, scan);
    if (!network?.live) {
      counts?.addUnscored(rule.name);
      continue;
    }
    const options = { explain, kept };
    const score = scoreBy(network, network.live, scan, networks, options);
    counts?.add(rule.name, score.settings, sideOf(score));
    scores.push(score);
  }
  return scores;
}

/**
 * The probability of spam by the network that serves a scan in a rule.
 *
 * @returns undefined where there is none, or rspamd trained it
 */
export function probabilityBy(
  networks: Networks,
  rule: RuleConfig,
  scan: Scan,
): number | undefined {
  const network = networks.serving(rule, scan);
  if (!network?.live?.model.calibration) return undefined;
  return scoreBy(network, network.live, scan, networks).probability;
}

/** What a symbol is inserted for. */
function sideOf({ symbol, output }: Score): Side {
  if (symbol === null) return "none";
  return output > 0 ? "spam" : "ham";
}

function scoreBy(
  { rule, name }: Network,
  { model }: LiveModel,
  scan: Scan,
  networks: Networks,
  { explain = 0, kept }: Omit<ScoreOptions, "rule" | "counts"> = {},
): Score {
  const { metatokenVersion = name.metatokens } = networks.config.neurald;
  const excluded = networks.excludedFrom(rule);
  const features = featuresOf(scan, metatokenVersion, excluded);
  const vector = model.layout.vectorOf(features);
  const output = model.predictor.output(vector);
  const { symbol, score, threshold } = symbolFor(
    output,
    rule,
    model.rocThresholds,
  );
  const result: Score = {
    rule: rule.name,
    settings: name.settings,
    symbol,
    score,
    output,
    probability: model.calibration &&
      probabilityOf(output, model.calibration),
    version: model.version,
    threshold,
  };
  kept?.add(result, model, vector);
  if (explain > 0) {
    result.contributions = contributionsTo(model, vector, explain);
  }
  return result;
}
