/**
 * `neurald models list`
 *
 * @module
 */

import { defineCommand } from "../command.ts";
import { EXIT } from "../exit.ts";
import { modelLines } from "./describe.ts";
import { LINE_FLAGS, PLACE_FLAGS, withModels } from "./place.ts";

/** `neurald models list` */
export const listCommand = defineCommand({
  name: "models list",
  summary: "the models that a store has, with age, samples and figures",
  operands: "",
  maxOperands: 0,
  flags: {
    rule: { ...LINE_FLAGS.rule, help: "only those of this rule" },
    settings: { ...LINE_FLAGS.settings, help: "only those of these settings" },
    ...PLACE_FLAGS,
    json: { kind: "switch", help: "print one JSON object" },
  },
  async run({ flags, terminal }) {
    const { rule, settings } = flags;
    const models = await withModels(
      flags,
      terminal,
      (models) => models.list({ rule, settings }),
    );
    if (flags.json) {
      terminal.print(JSON.stringify({ models }));
    } else if (models.length === 0) {
      terminal.print("there is no model yet");
    } else {
      modelLines(models, Date.now() / 1000).forEach(terminal.print);
    }
    return EXIT.good;
  },
});
