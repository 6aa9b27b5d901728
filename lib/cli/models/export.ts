/**
 * `neurald models export`
 *
 * @module
 */

import { defineCommand } from "../command.ts";
import { EXIT } from "../exit.ts";
import { OutputFile } from "../output_file.ts";
import { UsageError } from "../usage_error.ts";
import { digestOf } from "./digest.ts";
import { configAt, PLACE_FLAGS, withModels } from "./place.ts";
import { MODEL_FLAGS, referenceFrom } from "./reference.ts";

/** `neurald models export` */
export const exportCommand = defineCommand({
  name: "models export",
  summary: "write a model to a file (RNM1), as rspamadm neural_export does",
  operands: "[MODEL]",
  maxOperands: 1,
  flags: {
    ...MODEL_FLAGS,
    output: { kind: "text", short: "o", value: "FILE", help: "the file" },
    digest: {
      kind: "switch",
      help: "also print the digest of the rule's providers, for URLs",
    },
    ...PLACE_FLAGS,
    json: { kind: "switch", help: "print one JSON object" },
  },
  async run({ flags, operands, terminal }) {
    const digest = flags.digest
      ? await digestOf(await configAt(flags.config, terminal), flags.rule)
      : undefined;
    if (flags.output === undefined) {
      if (!flags.digest) {
        throw new UsageError(
          "-o FILE is needed, which the model is written to",
        );
      }
      const providers_digest = digest ?? null;
      if (flags.json) terminal.print(JSON.stringify({ providers_digest }));
      else terminal.print(digestLine(digest));
      return EXIT.good;
    }
    const output = new OutputFile("--output", flags.output);
    await output.check();
    const reference = referenceFrom(flags, operands[0]);
    const { model, file } = await withModels(
      flags,
      terminal,
      (models) => models.export(reference),
    );
    await output.write(file);
    if (flags.json) {
      terminal.print(JSON.stringify({
        model,
        file: flags.output,
        bytes: file.length,
        ...flags.digest && { providers_digest: digest ?? null },
      }));
    } else {
      terminal.print(
        `${model.id} is in ${flags.output} (${file.length} bytes)`,
      );
      if (flags.digest) terminal.print(digestLine(digest));
    }
    return EXIT.good;
  },
});

function digestLine(digest: string | undefined): string {
  return digest === undefined
    ? "the rule has no providers, so there is no digest of them"
    : `providers digest: ${digest}`;
}
