/**
 * `neurald models sign`
 *
 * @module
 */

import { publicOf, sign, SIGNATURE_SUFFIX } from "../../model/signature.ts";
import { defineCommand } from "../command.ts";
import { EXIT } from "../exit.ts";
import { readFile } from "../input.ts";
import { OutputFile } from "../output_file.ts";
import { UsageError } from "../usage_error.ts";
import { privateKeyIn } from "./key_file.ts";

/** `neurald models sign` */
export const signCommand = defineCommand({
  name: "models sign",
  summary:
    `sign a model file, as rspamadm signtool does, in FILE${SIGNATURE_SUFFIX}`,
  operands: "FILE",
  maxOperands: 1,
  flags: {
    key: {
      kind: "text",
      value: "FILE",
      help: "the keys, from neurald models keygen or rspamadm keypair -s",
    },
    json: { kind: "switch", help: "print one JSON object" },
  },
  async run({ flags, operands, terminal }) {
    const [path] = operands;
    if (path === undefined) throw new UsageError("a FILE is needed");
    if (flags.key === undefined) throw new UsageError("--key FILE is needed");
    const key = await privateKeyIn(flags.key);
    const signature = await sign(Uint8Array.from(await readFile(path)), key);
    const output = `${path}${SIGNATURE_SUFFIX}`;
    await new OutputFile("FILE", output).write(signature);
    const sign_key = await publicOf(key);
    if (flags.json) {
      terminal.print(JSON.stringify({ signature: output, sign_key }));
    } else {
      terminal.print(`${output} is the signature of ${sign_key}`);
    }
    return EXIT.good;
  },
});
