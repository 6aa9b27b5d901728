/**
 * Finding and reading the configuration.
 *
 * @module
 */

import { Buffer } from "node:buffer";

import {
  defaultConfig,
  loadConfig,
  type LoadedConfig,
} from "../config/load.ts";
import { decodeText, readTextFile } from "../config/read_text.ts";
import { MAX_FILE_LENGTH } from "../config/ucl/read.ts";

/** Names standard input in place of a file. */
const STANDARD_INPUT = "-";

/**
 * Reads a configuration file, standard input (`-`), or, if none is named, the
 * defaults.
 *
 * @throws {Error} when standard input is to be read again.
 */
export async function readConfig(path?: string): Promise<LoadedConfig> {
  if (path === undefined) return defaultConfig();
  if (path !== STANDARD_INPUT) return loadConfig(path);
  const bytes = await readStandardInput();
  return loadConfig(path, {
    readText: (name) => name === path ? decodeText(bytes) : readTextFile(name),
  });
}

/** Reads to the end, or until it is longer than a configuration can be. */
async function readStandardInput(): Promise<Uint8Array> {
  const { readable } = Deno.stdin;
  if (readable.locked) {
    throw new Error(
      "standard input cannot be read again; name a file with --config",
    );
  }
  // It stays locked, so that its end is not taken for an empty configuration.
  const reader = readable.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length <= MAX_FILE_LENGTH) {
    const { value, done } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
  }
  return Buffer.concat(chunks);
}
