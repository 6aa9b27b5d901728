/**
 * Files of labelled scans.
 *
 * @module
 */

import { compress } from "../../lib/zstd.ts";
import { type LabelledMail, mails } from "../engine/mail.ts";

/** A header as the corpus that comes with neurald has one. */
export const HEADER = { rspamd: "4.1.6", metatoken_version: 3 };

/** JSON Lines. */
export function linesOf(things: unknown[]): string {
  return things.map((thing) => JSON.stringify(thing) + "\n").join("");
}

/** Enough of each class to train on. */
export const SCANS: LabelledMail[] = mails(60);

/** Writes files of scans into a folder, and returns their paths. */
export async function writeScans(
  folder: string,
  scans: unknown[] = SCANS,
): Promise<{ plain: string; packed: string }> {
  const plain = `${folder}/scans.jsonl`;
  const packed = `${folder}/scans.jsonl.zst`;
  const text = linesOf(scans);
  await Deno.writeTextFile(plain, text);
  await Deno.writeFile(packed, compress(new TextEncoder().encode(text)));
  return { plain, packed };
}
