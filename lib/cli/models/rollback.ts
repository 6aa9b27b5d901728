/**
 * `neurald models rollback`
 *
 * @module
 */

import { defineCommand } from "../command.ts";
import { EXIT } from "../exit.ts";
import { whence } from "./describe.ts";
import { PLACE_FLAGS, withModels } from "./place.ts";
import { MODEL_FLAGS, referenceFrom } from "./reference.ts";

/** `neurald models rollback` */
export const rollbackCommand = defineCommand({
  name: "models rollback",
  summary: "serve the model before again, on all hosts that share the store",
  operands: "[MODEL]",
  maxOperands: 1,
  flags: {
    ...MODEL_FLAGS,
    version: {
      ...MODEL_FLAGS.version,
      help: "the version (default: that before the one in service)",
    },
    ...PLACE_FLAGS,
    json: { kind: "switch", help: "print one JSON object" },
  },
  async run({ flags, operands, terminal }) {
    const reference = referenceFrom(flags, operands[0]);
    const model = await withModels(
      flags,
      terminal,
      (models) => models.rollback(reference),
    );
    if (flags.json) {
      terminal.print(JSON.stringify({ rolled_back: true, model }));
    } else {
      terminal.print(`${model.id} is in service: ${whence(model.origin)}`);
    }
    return EXIT.good;
  },
});
