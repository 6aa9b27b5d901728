/**
 * `neurald score`: scores scans by a server, or by a model file.
 *
 * @module
 */

import { RULE_OPTIONS } from "../config/options/rule.ts";
import type { Score } from "../engine/scorer.ts";
import { contributionsTo } from "../model/explain.ts";
import { symbolFor } from "../policy/threshold.ts";
import { Client, DEFAULT_SERVER, SERVER_FLAG } from "./client.ts";
import { defineCommand } from "./command.ts";
import { ModelFile, PROFILE_FLAG, vectorFor } from "./model_file.ts";
import { readScans, type WrittenScan } from "./scans_input.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage_error.ts";

/** A model file has no rule, so no names and thresholds of its own. */
const SYMBOLS = {
  symbolSpam: RULE_OPTIONS.symbolSpam.default,
  symbolHam: RULE_OPTIONS.symbolHam.default,
  flatThresholdCurve: false,
};

/** Gives the scores of one scan. */
type Scorer = (written: WrittenScan) => Promise<Score[]> | Score[];

/** `neurald score` */
export const scoreCommand = defineCommand({
  name: "score",
  summary: "score scans by a running neurald, or by a model file",
  operands: "[FILE]",
  maxOperands: 1,
  flags: {
    server: SERVER_FLAG,
    model: {
      kind: "text",
      value: "FILE",
      help: "a model (RNM1) to ask instead",
    },
    profile: PROFILE_FLAG,
    rule: { kind: "text", value: "NAME", help: "the only rule to ask" },
    explain: {
      kind: "integer",
      value: "N",
      min: 0,
      help: "show what moved the output most",
    },
    json: { kind: "switch", help: "print one JSON object for each scan" },
  },
  async run({ flags, operands, terminal }) {
    if (flags.model && (flags.server || flags.rule)) {
      throw new UsageError(
        "--model is asked instead of a --server and its --rule",
      );
    }
    if (flags.profile && !flags.model) {
      throw new UsageError("--profile describes a --model");
    }
    const most = flags.explain ?? 0;
    const path = operands[0] ?? "-";
    using client = new Client(flags.server ?? DEFAULT_SERVER);
    const file = flags.model === undefined
      ? undefined
      : await ModelFile.read(flags.model, flags.profile);
    const score = file
      ? byModel(file, most)
      : byServer(client, flags.rule, most);
    let number = 0;
    const scans = readScans(path, (header) => file?.describe(header));
    for await (const written of scans) {
      const results = await score(written);
      const { id } = written.json;
      if (flags.json) terminal.print(JSON.stringify({ id, results }));
      else printScores(++number, results, terminal);
    }
    return 0;
  },
});

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
    const { predictor, version } = model;
    const vector = vectorFor(model, scan, place);
    const output = predictor.output(vector);
    return [{
      rule: "default",
      settings: "default",
      ...symbolFor(output, SYMBOLS),
      output,
      version,
      contributions: most > 0
        ? contributionsTo(model, vector, most)
        : undefined,
    }];
  };
}

function printScores(
  number: number,
  scores: Score[],
  terminal: Terminal,
): void {
  if (scores.length === 0) {
    terminal.print(`scan ${number}: nothing is trained for it`);
  }
  for (const score of scores) {
    const { rule, settings, symbol, output, version } = score;
    terminal.print(
      `scan ${number}: ${symbol ?? "no symbol"} ${
        output.toFixed(4)
      } (rule ${rule}, settings ${settings}, version ${version})`,
    );
    for (const { name, contribution } of score.contributions ?? []) {
      terminal.print(`  ${contribution.toFixed(4).padStart(8)}  ${name}`);
    }
  }
}
