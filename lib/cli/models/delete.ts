/**
 * `neurald models delete`
 *
 * @module
 */

import { defineCommand } from "../command.ts";
import { EXIT } from "../exit.ts";
import { UsageError } from "../usage_error.ts";
import { PLACE_FLAGS, withModels } from "./place.ts";
import { MODEL_FLAGS, referenceFrom } from "./reference.ts";

/** `neurald models delete` */
export const deleteCommand = defineCommand({
  name: "models delete",
  summary: "drop a model from the store",
  operands: "MODEL",
  maxOperands: 1,
  flags: {
    ...MODEL_FLAGS,
    version: { ...MODEL_FLAGS.version, help: "the version" },
    force: { kind: "switch", help: "also the one in service" },
    ...PLACE_FLAGS,
    json: { kind: "switch", help: "print one JSON object" },
  },
  async run({ flags, operands, terminal }) {
    if (operands.length === 0 && flags.version === undefined) {
      throw new UsageError("a MODEL is needed, or its --version");
    }
    const reference = referenceFrom(flags, operands[0]);
    const model = await withModels(
      flags,
      terminal,
      (models) => models.delete(reference, flags.force),
    );
    if (flags.json) terminal.print(JSON.stringify({ deleted: true, model }));
    else terminal.print(`${model.id} is gone`);
    return EXIT.good;
  },
});
