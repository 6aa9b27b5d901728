/**
 * `neurald models verify`
 *
 * @module
 */

import { isSignedBy, SIGNATURE_SUFFIX } from "../../model/signature.ts";
import { defineCommand } from "../command.ts";
import { EXIT } from "../exit.ts";
import { readFile } from "../input.ts";
import { UsageError } from "../usage_error.ts";
import { publicKeyOf } from "./key_file.ts";

/** `neurald models verify` */
export const verifyCommand = defineCommand({
  name: "models verify",
  summary: `check the signature of a model file, in FILE${SIGNATURE_SUFFIX}`,
  operands: "FILE",
  maxOperands: 1,
  flags: {
    key: {
      kind: "text",
      value: "KEY",
      help: "the public key, or a file that has it",
    },
    json: { kind: "switch", help: "print one JSON object" },
  },
  async run({ flags, operands, terminal }) {
    const [path] = operands;
    if (path === undefined) throw new UsageError("a FILE is needed");
    if (flags.key === undefined) throw new UsageError("--key KEY is needed");
    const key = await publicKeyOf(flags.key);
    const file = Uint8Array.from(await readFile(path));
    const at = `${path}${SIGNATURE_SUFFIX}`;
    const signature = Uint8Array.from(await readFile(at));
    const valid = await isSignedBy(file, signature, key);
    if (flags.json) terminal.print(JSON.stringify({ valid }));
    else if (valid) terminal.print(`${at} is good`);
    else {
      terminal.note(
        `neurald: ${at} is not the signature of ${path} by this key`,
      );
    }
    return valid ? EXIT.good : EXIT.failed;
  },
});
