/**
 * The shipped corpus, as lines to send.
 *
 * @module
 */

import { decompress } from "../lib/zstd.ts";

/** Every message of the corpus, as JSON in one line. */
export function corpusLines(): string[] {
  const url = new URL(
    "../data/spamassassin.rspamd-4.1.6.jsonl.zst",
    import.meta.url,
  );
  const bytes = decompress(Deno.readFileSync(url), 2 ** 30);
  return new TextDecoder().decode(bytes).trim().split("\n").slice(1);
}
