/**
 * The command line: finds the command, and turns errors into exit codes.
 *
 * @module
 */

import { ListenError } from "../http/server.ts";
import { RspamdError } from "../mail/rspamd_client.ts";
import { StoreError } from "../store/store.ts";
import { TrainerError } from "../train/trainer.ts";
import { VERSION } from "../version.ts";
import { ClientError } from "./client.ts";
import type { Assets, Command } from "./command.ts";
import { configCommand } from "./config.ts";
import { demoCommand, TemporaryFolderError } from "./demo.ts";
import { evalCommand } from "./eval.ts";
import { EXIT } from "./exit.ts";
import { explainCommand } from "./explain.ts";
import { parseFlags } from "./flags.ts";
import { commandHelp, generalHelp } from "./help.ts";
import { learnCommand } from "./learn.ts";
import { nearestName } from "../nearest.ts";
import { poolCommand } from "./pool.ts";
import { scoreCommand } from "./score.ts";
import { serveCommand } from "./serve.ts";
import { OutputError, type Terminal } from "./terminal.ts";
import { trainCommand } from "./train.ts";
import { UsageError } from "./usage_error.ts";

const COMMANDS: readonly Command[] = [
  serveCommand,
  demoCommand,
  trainCommand,
  evalCommand,
  scoreCommand,
  explainCommand,
  learnCommand,
  poolCommand,
  configCommand,
];

/** Errors that a person can act on; others are mistakes of neurald. */
const EXPECTED = [
  ClientError,
  ListenError,
  OutputError,
  RspamdError,
  StoreError,
  TemporaryFolderError,
  TrainerError,
];

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
  try {
    return await dispatch(args, terminal, assets);
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.note(`neurald: ${error.message}`);
      return EXIT.misused;
    }
    // Whoever read the output has seen enough, as with `neurald … | head`.
    if (error instanceof Deno.errors.BrokenPipe) return EXIT.failed;
    if (EXPECTED.some((kind) => error instanceof kind)) {
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
): Promise<number> {
  const [name, ...rest] = args;
  if (name === "--version") {
    terminal.print(`neurald ${VERSION}`);
    return EXIT.good;
  }
  if (name === undefined || ["--help", "-h", "help"].includes(name)) {
    const about = rest[0] && findCommand(rest[0]);
    terminal.print(about ? commandHelp(about) : generalHelp(COMMANDS));
    return name === undefined ? EXIT.misused : EXIT.good;
  }
  const command = findCommand(name);
  const { flags, operands } = parseFlags(rest, {
    ...command.flags,
    help: { kind: "switch", help: "explain this command" },
  });
  if (flags.help) {
    terminal.print(commandHelp(command));
    return EXIT.good;
  }
  if (operands.length > command.maxOperands) {
    const excess = operands[command.maxOperands];
    throw new UsageError(`${name} has no use for ${JSON.stringify(excess)}`);
  }
  return await command.run({ flags, operands, terminal, assets });
}

function findCommand(name: string): Command {
  const command = COMMANDS.find((command) => command.name === name);
  if (command) return command;
  const guess = nearestName(name, COMMANDS.map(({ name }) => name));
  const hint = guess === undefined ? "" : `did you mean ${guess}? `;
  throw new UsageError(
    `there is no command ${JSON.stringify(name)}; ${hint}See neurald --help`,
  );
}
