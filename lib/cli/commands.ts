/**
 * All commands of the command line.
 *
 * @module
 */

import { LockedError, LostLockError } from "../engine/lease.ts";
import { ModelChangeError } from "../engine/models/change.ts";
import { UnknownModelError } from "../engine/models/find.ts";
import { UnknownRuleError } from "../engine/networks.ts";
import { ListenError } from "../http/server/server.ts";
import { RspamdError } from "../mail/rspamd_client.ts";
import { StoreError } from "../store/store.ts";
import { TrainerError } from "../train/trainer.ts";
import { ClientError } from "./client.ts";
import { configCommand } from "./config.ts";
import { demoCommand, TemporaryFolderError } from "./demo.ts";
import { doctorCommand } from "./doctor.ts";
import { evalCommand } from "./eval.ts";
import { explainCommand } from "./explain.ts";
import { learnCommand } from "./learn.ts";
import { modelsCommands } from "./models/commands.ts";
import { passwordCommand } from "./password.ts";
import { poolCommand } from "./pool.ts";
import { scoreCommand } from "./score.ts";
import { serveCommand } from "./serve.ts";
import { trainCommand } from "./train.ts";
import type { Command, CommandGroup } from "./command.ts";
import { OutputError } from "./terminal.ts";

/** All of them, as they are listed. */
export const COMMANDS: readonly (Command | CommandGroup)[] = [
  serveCommand,
  demoCommand,
  trainCommand,
  evalCommand,
  scoreCommand,
  explainCommand,
  learnCommand,
  poolCommand,
  modelsCommands,
  configCommand,
  passwordCommand,
  doctorCommand,
];

/** Errors that a person can act on; others are mistakes of neurald. */
export const EXPECTED_ERRORS = [
  ClientError,
  ListenError,
  LockedError,
  LostLockError,
  ModelChangeError,
  OutputError,
  RspamdError,
  StoreError,
  TemporaryFolderError,
  TrainerError,
  UnknownModelError,
  UnknownRuleError,
];
