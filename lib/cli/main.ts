/**
 * The command line: finds the command, and turns errors into exit codes.
 *
 * @module
 */

import { StoreError } from "../store/store.ts";
import { VERSION } from "../version.ts";
import type { Assets, Command, CommandGroup } from "./command.ts";
import { EXIT } from "./exit.ts";
import { parseFlags } from "./flags.ts";
import { commandHelp, generalHelp, groupHelp } from "./help.ts";
import { nearestName } from "../nearest.ts";
import { serveCommand } from "./serve.ts";
import { OutputError, type Terminal } from "./terminal.ts";
import { UsageError } from "./usage_error.ts";

/** What can be run. */
interface Program {
  COMMANDS: readonly (Command | CommandGroup)[];
  /** Errors that a person can act on; others are mistakes of neurald. */
  // deno-lint-ignore no-explicit-any -- whatever they are made of
  EXPECTED_ERRORS: readonly (new (...args: any[]) => Error)[];
}

/** The daemon lives long, and so would all that is loaded for others. */
async function programFor(name: string): Promise<Program> {
  if (name !== serveCommand.name) return await import("./commands.ts");
  return {
    COMMANDS: [serveCommand],
    EXPECTED_ERRORS: [StoreError, OutputError],
  };
}

/**
 * Runs a command.
 *
 * @param args the arguments after the program's name
 * @returns the exit code: 0 good, 1 failed, 2 used wrongly
 */
export async function runCommandLine(
  args: string[],
  terminal: Terminal,
  assets: Assets,
): Promise<number> {
  const program = await programFor(args[0]);
  try {
    return await dispatch(args, terminal, assets, program);
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.note(`neurald: ${error.message}`);
      return EXIT.misused;
    }
    // Whoever read the output has seen enough, as with `neurald … | head`.
    if (error instanceof Deno.errors.BrokenPipe) return EXIT.failed;
    if (program.EXPECTED_ERRORS.some((kind) => error instanceof kind)) {
      terminal.note(`neurald: ${(error as Error).message}`);
      return EXIT.failed;
    }
    throw error;
  }
}

async function dispatch(
  args: string[],
  terminal: Terminal,
  assets: Assets,
  { COMMANDS: commands }: Program,
): Promise<number> {
  const [name, ...rest] = args;
  if (name === "--version") {
    terminal.print(`neurald ${VERSION}`);
    return EXIT.good;
  }
  if (name === undefined || ["--help", "-h", "help"].includes(name)) {
    terminal.print(helpAbout(rest, commands));
    return name === undefined ? EXIT.misused : EXIT.good;
  }
  const found = findCommand(name, commands);
  if (!("commands" in found)) return await run(found, rest, terminal, assets);
  const [second, ...others] = rest;
  if (second === undefined || ["--help", "-h"].includes(second)) {
    terminal.print(groupHelp(found));
    return second === undefined ? EXIT.misused : EXIT.good;
  }
  const command = findCommand(`${name} ${second}`, found.commands);
  return await run(command, others, terminal, assets);
}

function helpAbout(
  [name, second]: string[],
  commands: Program["COMMANDS"],
): string {
  if (name === undefined) return generalHelp(commands);
  const found = findCommand(name, commands);
  if (!("commands" in found)) return commandHelp(found);
  if (second === undefined) return groupHelp(found);
  return commandHelp(findCommand(`${name} ${second}`, found.commands));
}

async function run(
  command: Command,
  rest: string[],
  terminal: Terminal,
  assets: Assets,
): Promise<number> {
  const { flags, operands } = parseFlags(rest, {
    ...command.flags,
    help: { kind: "switch", short: "h", help: "explain this command" },
  });
  if (flags.help) {
    terminal.print(commandHelp(command));
    return EXIT.good;
  }
  if (operands.length > command.maxOperands) {
    const excess = operands[command.maxOperands];
    throw new UsageError(
      `${command.name} has no use for ${JSON.stringify(excess)}`,
    );
  }
  return await command.run({ flags, operands, terminal, assets });
}

function findCommand<T extends { name: string }>(
  name: string,
  commands: readonly T[],
): T {
  const command = commands.find((command) => command.name === name);
  if (command) return command;
  const guess = nearestName(name, commands.map(({ name }) => name));
  const hint = guess === undefined ? "" : `did you mean ${guess}? `;
  throw new UsageError(
    `there is no command ${JSON.stringify(name)}; ${hint}See neurald --help`,
  );
}
