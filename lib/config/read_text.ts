/**
 * Reads configuration files from the disk.
 *
 * @module
 */

import { MAX_FILE_LENGTH } from "./ucl/read.ts";

/**
 * Returns the text of a file, read as UTF-8, or undefined when there is no
 * such file.
 *
 * @throws {Error} when it cannot be read, is no regular file (reading a pipe
 * could take forever) or is longer than a configuration can be.
 */
export function readTextFile(path: string): string | undefined {
  try {
    const { isFile, size } = Deno.statSync(path);
    if (!isFile) throw new Error("not a regular file");
    if (size > MAX_FILE_LENGTH) {
      throw new Error(`longer than ${MAX_FILE_LENGTH} bytes`);
    }
    return new TextDecoder().decode(Deno.readFileSync(path));
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (isMissing) return undefined;
    throw error;
  }
}
