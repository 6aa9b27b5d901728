/**
 * Real scans.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { linesOf, openAsset } from "../../lib/cli/input.ts";

const FILE = new URL(
  "../../data/spamassassin.rspamd-4.1.6.jsonl.zst",
  import.meta.url,
);

/** Path of a file of labelled scans. */
export const CORPUS = fileURLToPath(FILE);

/** Scans with their class, as many of each, one a line. */
export async function scans(ofEach: number): Promise<string[]> {
  const lines: string[] = [];
  const left = { spam: ofEach, ham: ofEach };
  for await (const { line, number } of linesOf(await openAsset(FILE))) {
    if (number === 1) continue; // the header
    const { class: mailClass } = JSON.parse(line) as { class: "spam" | "ham" };
    if (left[mailClass]-- > 0) lines.push(line);
  }
  return lines;
}
