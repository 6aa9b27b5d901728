/**
 * Help texts.
 *
 * @module
 */

import { VERSION } from "../version.ts";
import type { Command, CommandGroup } from "./command.ts";

/** What `neurald --help` prints. */
export function generalHelp(
  commands: readonly (Command | CommandGroup)[],
): string {
  const rows = commands.map(({ name, summary }): Row => [name, summary]);
  return [
    `neurald ${VERSION}: a neural post-classifier for mail`,
    "",
    "usage: neurald COMMAND [FLAGS]",
    "",
    ...inColumns(rows),
    "",
    "neurald COMMAND --help explains a command; neurald --version tells the version.",
  ].join("\n");
}

/** What `neurald GROUP --help` prints. */
export function groupHelp({ name, summary, commands }: CommandGroup): string {
  const rows = commands.map(({ name, summary }): Row => [name, summary]);
  return [
    `neurald ${name}: ${summary}`,
    "",
    `usage: neurald ${name} COMMAND [FLAGS]`,
    "",
    ...inColumns(rows),
    "",
    `neurald ${name} COMMAND --help explains a command.`,
  ].join("\n");
}

/** What `neurald COMMAND --help` prints. */
export function commandHelp(command: Command): string {
  const { name, summary, operands, flags } = command;
  const hasShort = Object.values(flags).some(({ short }) => short);
  const rows = Object.entries(flags).map(([flag, spec]): Row => {
    const { short, value, help } = spec;
    const start = short ? `-${short}, ` : hasShort ? "    " : "";
    const end = value === undefined ? "" : ` ${value}`;
    return [`${start}--${flag}${end}`, help];
  });
  return [
    `neurald ${name}: ${summary}`,
    "",
    `usage: neurald ${name} [FLAGS] ${operands}`.trimEnd(),
    "",
    ...inColumns(rows),
  ].join("\n");
}

type Row = [left: string, right: string];

function inColumns(rows: Row[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
