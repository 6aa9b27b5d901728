/**
 * `neurald models`: what a store holds.
 *
 * @module
 */

import type { CommandGroup } from "../command.ts";
import { deleteCommand } from "./delete.ts";
import { diffCommand } from "./diff.ts";
import { exportCommand } from "./export.ts";
import { importCommand } from "./import.ts";
import { keygenCommand } from "./keygen.ts";
import { listCommand } from "./list.ts";
import { rollbackCommand } from "./rollback.ts";
import { showCommand } from "./show.ts";
import { signCommand } from "./sign.ts";
import { verifyCommand } from "./verify.ts";

/** `neurald models` */
export const modelsCommands: CommandGroup = {
  name: "models",
  summary:
    "list, export, import, compare and sign models, and go back to earlier ones",
  commands: [
    listCommand,
    showCommand,
    exportCommand,
    importCommand,
    rollbackCommand,
    deleteCommand,
    diffCommand,
    signCommand,
    verifyCommand,
    keygenCommand,
  ],
};
