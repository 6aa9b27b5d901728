/**
 * What a command of the command line is made of.
 *
 * @module
 */

import type { Flags, FlagTable } from "./flags.ts";
import type { Terminal } from "./terminal.ts";

/** Commands of which the first word is the same. */
export interface CommandGroup {
  /** `neurald NAME …`. */
  name: string;
  /** What they do, in a few words. */
  summary: string;
  /** They are called `NAME …` each. */
  commands: readonly Command[];
}

/** A command. */
export interface Command<T extends FlagTable = FlagTable> {
  /** `neurald NAME`; in a group, both words. */
  name: string;
  /** What it does, in a few words. */
  summary: string;
  /** What it takes besides flags, such as `[FILE]`. */
  operands: string;
  /** How many operands there may be. */
  maxOperands: number;
  flags: T;
  /**
   * Does it.
   *
   * @returns the exit code: 0 good, 1 failed
   * @throws {import("./usage_error.ts").UsageError} when it was used wrongly
   */
  run(input: CommandInput<T>): Promise<number> | number;
}

/** What a command is given. */
export interface CommandInput<T extends FlagTable = FlagTable> {
  flags: Flags<T>;
  operands: string[];
  terminal: Terminal;
  assets: Assets;
}

/** Files that come with the program. */
export interface Assets {
  /** The corpus that the demo learns. */
  demoCorpus: URL;
}

/** Checks that a command's flags fit what it does with them. */
export function defineCommand<T extends FlagTable>(
  command: Command<T>,
): Command {
  return command as unknown as Command;
}
