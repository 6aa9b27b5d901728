/**
 * The shipped corpus, as messages with the headers that rspamd would have
 * added to them.
 *
 * @module
 */

import type { MailClass } from "../../lib/features/mail_class.ts";
import { decompress } from "../../lib/zstd.ts";
import { type Found, messageText, rspamdHeader } from "./milter.ts";

/** A message of the corpus. */
export interface CorpusMessage {
  class: MailClass;
  text: string;
}

/** A line of the file. */
interface CorpusScan {
  id: string;
  class: MailClass;
  score: number;
  required: number;
  action: string;
  symbols: Record<string, [score: number, weight: number]>;
}

/** Every message: what it says is made up, and what rspamd said is real. */
export function corpusMessages(): CorpusMessage[] {
  const url = new URL(
    "../../data/spamassassin.rspamd-4.1.6.jsonl.zst",
    import.meta.url,
  );
  const bytes = decompress(Deno.readFileSync(url), 16 * 2 ** 20);
  const lines = new TextDecoder().decode(bytes).trim().split("\n").slice(1);
  return lines.map((line, i) => messageOf(JSON.parse(line), i));
}

function messageOf(scan: CorpusScan, number: number): CorpusMessage {
  const { score, required } = scan;
  const found = Object.entries(scan.symbols)
    .map(([name, [score]]): Found => [name, score, optionsOf(name, number)]);
  const isRejected = scan.action === "reject";
  const header = rspamdHeader(found, { score, required, isRejected });
  const id = `${scan.id.replaceAll("/", ".")}@example.com`;
  const body = `This is message ${number}.\n`.repeat(1 + number % 50);
  return {
    class: scan.class,
    text: messageText({ headers: [header], id, body }),
  };
}

/** Some symbols have options, and some of these have brackets in them. */
function optionsOf(name: string, number: number): string[] {
  const options = ["1:+", "a.example.com:from", "text; a=[b]", "(x)"];
  return options.slice(0, (name.length + number) % 4);
}
