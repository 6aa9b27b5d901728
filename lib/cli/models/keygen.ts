/**
 * `neurald models keygen`
 *
 * @module
 */

import { generateKeyPair } from "../../model/signature.ts";
import { defineCommand } from "../command.ts";
import { EXIT } from "../exit.ts";
import { UsageError } from "../usage_error.ts";
import { keyFileText } from "./key_file.ts";

/** `neurald models keygen` */
export const keygenCommand = defineCommand({
  name: "models keygen",
  summary: "make a pair of keys to sign models with",
  operands: "",
  maxOperands: 0,
  flags: {
    output: {
      kind: "text",
      short: "o",
      value: "FILE",
      help: "the file for both keys, which must not be there yet",
    },
    json: { kind: "switch", help: "print one JSON object" },
  },
  async run({ flags, terminal }) {
    const { output: path } = flags;
    if (path === undefined) throw new UsageError("-o FILE is needed");
    const pair = await generateKeyPair();
    try {
      await Deno.writeTextFile(path, keyFileText(pair), {
        createNew: true,
        mode: 0o600,
      });
    } catch (error) {
      throw new UsageError(
        `--output: cannot write ${path}: ${(error as Error).message}`,
      );
    }
    if (flags.json) {
      terminal.print(JSON.stringify({ file: path, sign_key: pair.publicKey }));
    } else {
      terminal.print(`sign_key = "${pair.publicKey}";`);
      terminal.note(`the private key is in ${path}; keep it to yourself`);
    }
    return EXIT.good;
  },
});
