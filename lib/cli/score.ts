/**
 * `neurald score`: scores scans by a server, or by a model file.
 *
 * @module
 */

import type { Score } from "../engine/scorer.ts";
import { defineCommand } from "./command.ts";
import {
  describeScore,
  describeSilence,
  scored,
  SCORER_FLAGS,
} from "./scorer.ts";
import type { Terminal } from "./terminal.ts";

/** `neurald score` */
export const scoreCommand = defineCommand({
  name: "score",
  summary: "score scans by a running neurald, or by a model file",
  operands: "[FILE]",
  maxOperands: 1,
  flags: {
    ...SCORER_FLAGS,
    explain: {
      kind: "integer",
      value: "N",
      min: 0,
      help: "show what moved the output most",
    },
    json: { kind: "switch", help: "print one JSON object for each scan" },
  },
  async run({ flags, operands, terminal }) {
    let number = 0;
    const scans = scored(flags, operands[0] ?? "-", flags.explain ?? 0);
    for await (const { id, results } of scans) {
      if (flags.json) terminal.print(JSON.stringify({ id, results }));
      else printScores(++number, results, terminal);
    }
    return 0;
  },
});

function printScores(
  number: number,
  scores: Score[],
  terminal: Terminal,
): void {
  if (scores.length === 0) terminal.print(describeSilence(number));
  for (const score of scores) {
    terminal.print(describeScore(number, score));
    for (const { name, contribution } of score.contributions ?? []) {
      terminal.print(`  ${contribution.toFixed(4).padStart(8)}  ${name}`);
    }
  }
}
