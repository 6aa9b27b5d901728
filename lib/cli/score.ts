/**
 * `neurald score`: scores scans by a server, or by a model file.
 *
 * @module
 */

import type { Score } from "../engine/scorer.ts";
import { contributionsTo } from "../model/explain.ts";
import type { Model } from "../model/model.ts";
import { symbolFor } from "../policy/threshold.ts";
import { Client, DEFAULT_SERVER, SERVER_FLAG } from "./client.ts";
import { defineCommand } from "./command.ts";
import { readModelFile, vectorFor } from "./model_file.ts";
import { readScans, type WrittenScan } from "./scans_input.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage_error.ts";

/** A model file has no rule, so no names and thresholds of its own. */
const SYMBOLS = {
  symbolSpam: "NEURAL_SPAM",
  symbolHam: "NEURAL_HAM",
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
    const most = flags.explain ?? 0;
    const path = operands[0] ?? "-";
    using client = new Client(flags.server ?? DEFAULT_SERVER);
    const score = flags.model
      ? byModel(await readModelFile(flags.model), path, most)
      : byServer(client, flags.rule, most);
    let number = 0;
    for await (const written of readScans(path)) {
      const results = await score(written);
      if (flags.json) terminal.print(JSON.stringify({ results }));
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

function byModel(model: Model, path: string, most: number): Scorer {
  const { predictor, version } = model;
  return ({ scan }) => {
    const vector = vectorFor(model, scan, path);
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
