/**
 * The shipped corpus, as lines to send.
 *
 * @module
 */

import { decompress } from "../lib/zstd.ts";

function lines(): string[] {
  const url = new URL(
    "../data/spamassassin.rspamd-4.1.6.jsonl.zst",
    import.meta.url,
  );
  const bytes = decompress(Deno.readFileSync(url), 2 ** 30);
  return new TextDecoder().decode(bytes).trim().split("\n");
}

/** Every message of the corpus, as JSON in one line. */
export function corpusLines(): string[] {
  return lines().slice(1);
}

/** The symbols of the profile that rspamd made while it read the corpus. */
export function corpusSymbols(): string[] {
  return JSON.parse(lines()[0]).profile.symbols;
}
