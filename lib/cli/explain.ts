/**
 * `neurald explain`: says of each score how it comes about.
 *
 * @module
 */

import type { Score } from "../engine/scorer.ts";
import type { Contribution } from "../model/explain.ts";
import { defineCommand } from "./command.ts";
import {
  describeScore,
  describeSilence,
  scored,
  SCORER_FLAGS,
} from "./scorer.ts";
import type { Terminal } from "./terminal.ts";

/** As many as a server gives: more than a scan has. */
const ALL = 1000;
const SHOWN = 15;

/** `neurald explain` */
export const explainCommand = defineCommand({
  name: "explain",
  summary: "say of each score which symbols it comes from",
  operands: "[FILE]",
  maxOperands: 1,
  flags: {
    ...SCORER_FLAGS,
    most: {
      kind: "integer",
      value: "N",
      min: 1,
      help: `show so many by name, and the rest as one (default ${SHOWN})`,
    },
    json: {
      kind: "switch",
      help: "print one JSON object for each scan, with all contributions",
    },
  },
  async run({ flags, operands, terminal }) {
    let number = 0;
    for await (const scan of scored(flags, operands[0] ?? "-", ALL)) {
      if (flags.json) terminal.print(JSON.stringify(scan));
      else explain(++number, scan.results, flags.most ?? SHOWN, terminal);
    }
    return 0;
  },
});

function explain(
  number: number,
  scores: Score[],
  most: number,
  terminal: Terminal,
): void {
  if (scores.length === 0) terminal.print(describeSilence(number));
  for (const score of scores) {
    terminal.print(describeScore(number, score));
    if (!score.contributions) {
      terminal.print("  the network cannot be explained");
      continue;
    }
    for (const line of sum(score.contributions, score.output, most)) {
      terminal.print(line);
    }
  }
}

/** The terms of a sum, the largest by name, and what they sum to. */
function sum(all: Contribution[], output: number, most: number): string[] {
  const named = all.slice(0, most);
  const others = all.slice(most);
  const rest = others.reduce((sum, { contribution }) => sum + contribution, 0);
  return [
    ...named.map(({ name, value, contribution }) =>
      term(contribution, nameOf(name), value)
    ),
    ...others.length > 0 ? [term(rest, `${others.length} others`)] : [],
    term(output, "in all"),
  ];
}

function nameOf(name: string): string {
  return name === "base" ? "base: a message without any symbol" : name;
}

function term(amount: number, what: string, value?: number): string {
  const detail = value === undefined
    ? ""
    : ` = ${Number(value.toPrecision(3))}`;
  return `  ${amount.toFixed(4).padStart(8)}  ${what}${detail}`;
}
