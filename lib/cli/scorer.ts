/**
 * Who is asked to score scans: a server, or a model file.
 *
 * @module
 */

import { RULE_OPTIONS } from "../config/options/rule.ts";
import type { Score } from "../engine/scorer.ts";
import { contributionsTo } from "../model/explain.ts";
import { probabilityOf } from "../nn/quality/calibration.ts";
import { symbolFor } from "../policy/threshold.ts";
import { Client, CLIENT_FLAGS, type ClientFlags } from "./client.ts";
import { ModelFile, PROFILE_FLAG, vectorFor } from "./model_file.ts";
import { readScans, type WrittenScan } from "./scans_input.ts";
import { UsageError } from "./usage_error.ts";

/** A model file has no rule, so no names and thresholds of its own. */
const SYMBOLS = {
  symbolSpam: RULE_OPTIONS.symbolSpam.default,
  symbolHam: RULE_OPTIONS.symbolHam.default,
  flatThresholdCurve: false,
};

/** The flags that say who is asked. */
export const SCORER_FLAGS = {
  ...CLIENT_FLAGS,
  model: {
    kind: "text",
    value: "FILE",
    help: "a model (RNM1) to ask instead",
  },
  profile: PROFILE_FLAG,
  rule: { kind: "text", value: "NAME", help: "the only rule to ask" },
} as const;

/** What these flags say. */
export interface ScorerFlags extends ClientFlags {
  model?: string;
  profile?: string;
  rule?: string;
}

/** Gives the scores of one scan. */
type Scorer = (written: WrittenScan) => Promise<Score[]> | Score[];

/** A scan with what was said of it. */
export interface ScoredScan {
  id: unknown;
  results: Score[];
}

/**
 * Has scans scored, one after the other.
 *
 * @param path of the file of scans; `-` for standard input
 * @param most how many contributions to give of each
 * @throws {UsageError} when the flags contradict each other, or the file is none
 */
export async function* scored(
  flags: ScorerFlags,
  path: string,
  most: number,
): AsyncGenerator<ScoredScan> {
  if (flags.model && (flags.server || flags.rule)) {
    throw new UsageError(
      "--model is asked instead of a --server and its --rule",
    );
  }
  if (flags.profile && !flags.model) {
    throw new UsageError("--profile describes a --model");
  }
  using client = await Client.open(flags);
  const file = flags.model === undefined
    ? undefined
    : await ModelFile.read(flags.model, flags.profile);
  const score = file ? byModel(file, most) : byServer(client, flags.rule, most);
  const scans = readScans(path, (header) => file?.describe(header));
  for await (const written of scans) {
    yield { id: written.json.id, results: await score(written) };
  }
}

function byServer(
  client: Client,
  rule: string | undefined,
  most: number,
): Scorer {
  const query = new URLSearchParams({ explain: String(most) });
  if (rule !== undefined) query.set("rule", rule);
  return async ({ json }) => {
    const response = await client.send("POST", `/v1/score?${query}`, {
      content: JSON.stringify(json),
      type: "application/json",
    });
    return (await response.json()).results;
  };
}

function byModel(file: ModelFile, most: number): Scorer {
  return ({ scan, place }) => {
    const { model } = file;
    const { predictor, calibration, version } = model;
    const vector = vectorFor(model, scan, place);
    const output = predictor.output(vector);
    const { symbol, score, threshold } = symbolFor(output, SYMBOLS);
    return [{
      rule: "default",
      settings: "default",
      symbol,
      score,
      output,
      probability: calibration && probabilityOf(output, calibration),
      version,
      threshold,
      contributions: most > 0
        ? contributionsTo(model, vector, most)
        : undefined,
    }];
  };
}

/** One line that says what a score is. */
export function describeScore(number: number, score: Score): string {
  const { rule, settings, symbol, output, probability, version } = score;
  const sure = probability === undefined
    ? ""
    : `, spam by ${(100 * probability).toFixed(1)} %`;
  return `scan ${number}: ${symbol ?? "no symbol"} ${
    output.toFixed(4)
  }${sure} (rule ${rule}, settings ${settings}, version ${version})`;
}

/** Says that nobody has an opinion on a scan. */
export function describeSilence(number: number): string {
  return `scan ${number}: nothing is trained for it`;
}
