/**
 * `neurald password`: makes the hash of a token for the configuration.
 *
 * @module
 */

import { hashToken } from "../config/token_hash.ts";
import { defineCommand } from "./command.ts";
import { EXIT } from "./exit.ts";
import { readSecret } from "./secret_input.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage_error.ts";

/** Bytes of a token that is made up: nobody guesses it. */
const TOKEN_BYTES = 24;

/** What a header can carry, and is not guessed at once. */
const FORM = /^[\x21-\x7e]{12,256}$/;

/** `neurald password` */
export const passwordCommand = defineCommand({
  name: "password",
  summary: "make the hash of a token, for tokens { } in the configuration",
  operands: "",
  maxOperands: 0,
  flags: {
    generate: { kind: "switch", help: "make up a token, and print it too" },
    json: { kind: "switch", help: "print one JSON object" },
  },
  async run({ flags, terminal }) {
    const token = flags.generate ? newToken() : await askFor(terminal);
    if (!FORM.test(token)) {
      throw new UsageError(
        "a token has 12 to 256 characters of ASCII, and no blanks",
      );
    }
    const hash = await hashToken(token);
    const shown = flags.generate ? { token, hash } : { hash };
    if (flags.json) terminal.print(JSON.stringify(shown));
    else {
      if (flags.generate) terminal.print(token);
      terminal.print(hash);
      terminal.note(
        "for the configuration, with a name of your choice, and read or write:\n" +
          `neurald { tokens { NAME { hash = "${hash}"; access = "read"; } } }`,
      );
    }
    return EXIT.good;
  },
});

function newToken(): string {
  return crypto.getRandomValues(new Uint8Array(TOKEN_BYTES))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}

async function askFor(terminal: Terminal): Promise<string> {
  const token = await readSecret(() => terminal.note("Token (not shown):"));
  if (!Deno.stdin.isTerminal()) return token;
  const again = await readSecret(() => terminal.note("Once more:"));
  if (token !== again) throw new UsageError("these are two tokens");
  return token;
}
