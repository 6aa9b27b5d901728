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
 */
export async function readConfig(path?: string): Promise<LoadedConfig> {
  return readConfigFiles(path, await readIfStandardInput(path)).loaded;
}

/** The text of standard input, if that is meant by a path. */
export async function readIfStandardInput(
  path: string | undefined,
): Promise<Uint8Array | undefined> {
  return path === STANDARD_INPUT ? await readStandardInput() : undefined;
}

/**
 * Reads a configuration, and tells of which files it is.
 *
 * @param standardInput what stands for the file `-`
 * @throws {Error} when that is to be read, and was read before
 */
export function readConfigFiles(
  path: string | undefined,
  standardInput?: Uint8Array,
): { loaded: LoadedConfig; files: string[] } {
  if (path === STANDARD_INPUT && !standardInput) {
    throw new Error(
      "standard input cannot be read again; name a file with --config",
    );
  }
  const files = new Set<string>();
  const readText = (name: string) => {
    if (standardInput && name === path) return decodeText(standardInput);
    files.add(name);
    return readTextFile(name);
  };
  const loaded = path === undefined
    ? defaultConfig()
    : loadConfig(path, { readText });
  return { loaded, files: [...files] };
}

/** Reads to the end, or until it is longer than a configuration can be. */
async function readStandardInput(): Promise<Uint8Array> {
  const { readable } = Deno.stdin;
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
