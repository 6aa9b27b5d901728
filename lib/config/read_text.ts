/**
 * Reads configuration files from the disk.
 *
 * @module
 */

import { MAX_FILE_LENGTH } from "./ucl/read.ts";

const LINE_END = "\n".charCodeAt(0);

/**
 * Returns the text of a file, read as UTF-8, or undefined when there is no
 * such file.
 *
 * @throws {Error} when it cannot be read, is no regular file (reading a pipe
 * could take forever), is longer than a configuration can be or is not UTF-8.
 */
export function readTextFile(path: string): string | undefined {
  try {
    const { isFile, isFifo, size } = Deno.statSync(path);
    if (isFifo) {
      throw new Error(
        "this is a pipe; give - in its place, and its text on standard input",
      );
    }
    if (!isFile) throw new Error("not a regular file");
    checkLength(size);
    return decodeText(Deno.readFileSync(path));
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (isMissing) return undefined;
    throw error;
  }
}

/**
 * Decodes the bytes of a configuration file.
 *
 * @throws {Error} when it is longer than it can be or is not UTF-8.
 */
export function decodeText(bytes: Uint8Array): string {
  checkLength(bytes.length);
  const text = decodeUtf8(bytes);
  if (text !== undefined) return text;
  throw new Error(`line ${firstBadLine(bytes)} is not UTF-8 text`);
}

function checkLength(length: number): void {
  if (length <= MAX_FILE_LENGTH) return;
  throw new Error(`longer than ${MAX_FILE_LENGTH} bytes`);
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** No byte of a longer character looks like the end of a line. */
function firstBadLine(bytes: Uint8Array): number {
  let line = 1;
  let start = 0;
  for (let end; (end = bytes.indexOf(LINE_END, start)) >= 0; line++) {
    if (decodeUtf8(bytes.subarray(start, end)) === undefined) break;
    start = end + 1;
  }
  return line;
}
