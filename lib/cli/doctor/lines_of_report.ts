/**
 * What the doctor finds, for people.
 *
 * @module
 */

import { type Finding, type Level, LEVELS, type Report } from "./finding.ts";

/** Told apart without colours, too. */
const MARKS: Record<Level, string> = {
  ok: "[ok]",
  note: "[i]",
  warning: "[!]",
  error: "[ERROR]",
};

/** ANSI, as far as every terminal has it. */
const COLOURS: Record<Level, string> = {
  ok: "32",
  note: "36",
  warning: "33",
  error: "31;1",
};

const NAMES: Record<Level, [one: string, several: string]> = {
  error: ["error", "errors"],
  warning: ["warning", "warnings"],
  note: ["note", "notes"],
  ok: ["ok", "ok"],
};

/** A line for each finding and what to do, and how many there are. */
export function linesOfReport(
  { findings, summary }: Report,
  hasColours: boolean,
): string[] {
  const checks = findings.map(({ check }) => check.length);
  const widths = [
    Math.max(...Object.values(MARKS).map(({ length }) => length)),
    Math.max(0, ...checks),
  ];
  const counts = LEVELS.toReversed().filter((level) => summary[level] > 0)
    .map((level) => {
      const [one, several] = NAMES[level];
      return `${summary[level]} ${summary[level] === 1 ? one : several}`;
    });
  return [
    ...findings.flatMap((finding, i) =>
      linesOf(finding, findings[i - 1], widths, hasColours)
    ),
    "",
    counts.join(", "),
  ];
}

function linesOf(
  { check, level, subject, message, fix }: Finding,
  before: Finding | undefined,
  [markWidth, checkWidth]: number[],
  hasColours: boolean,
): string[] {
  const mark = MARKS[level].padEnd(markWidth);
  const shown = hasColours ? `\x1b[${COLOURS[level]}m${mark}\x1b[0m` : mark;
  const name = (before?.check === check ? "" : check).padEnd(checkWidth);
  const about = subject === undefined ? "" : `${subject}: `;
  const indent = " ".repeat(markWidth + checkWidth + 2);
  return [
    `${shown} ${name} ${about}${message}`,
    ...(fix === undefined ? [] : [`${indent}→ ${fix}`]),
  ];
}
