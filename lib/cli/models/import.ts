/**
 * `neurald models import`
 *
 * @module
 */

import {
  ModelFileError,
  readModelFile,
} from "../../engine/models/model_file.ts";
import { defineCommand } from "../command.ts";
import { EXIT } from "../exit.ts";
import { readFile } from "../input.ts";
import { UsageError } from "../usage_error.ts";
import { inShort } from "./describe.ts";
import { LINE_FLAGS, PLACE_FLAGS, withModels } from "./place.ts";

/** `neurald models import` */
export const importCommand = defineCommand({
  name: "models import",
  summary: "take a model from a file, if it is not worse than that in service",
  operands: "FILE",
  maxOperands: 1,
  flags: {
    ...LINE_FLAGS,
    force: { kind: "switch", help: "without judging it" },
    ...PLACE_FLAGS,
    json: { kind: "switch", help: "print one JSON object" },
  },
  async run({ flags, operands, terminal }) {
    const { rule, settings, force } = flags;
    const [path] = operands;
    if (path === undefined) throw new UsageError("a FILE is needed");
    const bytes = Uint8Array.from(await readFile(path));
    try {
      readModelFile(bytes);
      const answer = await withModels(
        flags,
        terminal,
        (models) => models.import(bytes, { rule, settings, force }),
        true,
      );
      const { imported, reason, figures, current_figures, model } = answer;
      if (flags.json) {
        terminal.print(JSON.stringify(answer));
      } else if (!imported) {
        terminal.note(`neurald: ${path} was not imported: ${reason}`);
      } else {
        const judged = figures ? `: ${inShort(figures)}` : "";
        const against = current_figures
          ? `, and the one before ${inShort(current_figures)}`
          : "";
        terminal.print(`${model?.id} is in service${judged}${against}`);
      }
      return imported ? EXIT.good : EXIT.failed;
    } catch (error) {
      if (!(error instanceof ModelFileError)) throw error;
      throw new UsageError(`${path}: ${error.message}`);
    }
  },
});
