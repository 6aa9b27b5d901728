/**
 * Files of this host, or of one that it has mounted.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { collect } from "./collect.ts";
import { FetchError } from "./failure.ts";

/**
 * Reads a file.
 *
 * @param signal ends it; its reason is thrown
 * @throws {FetchError} when it cannot be read, is no file, or is too large
 */
export async function readLocalFile(
  url: URL,
  maxBytes: number,
  signal: AbortSignal,
): Promise<{ bytes: Uint8Array<ArrayBuffer> }> {
  const path = fileURLToPath(url);
  try {
    // A pipe, or a device, may have no end.
    const { isFile } = await Deno.stat(path);
    if (!isFile) throw new FetchError("unavailable", `${path} is no file`);
    const { readable } = await Deno.open(path);
    const stopped = readable.pipeThrough(new TransformStream(), { signal });
    return { bytes: await collect(stopped, maxBytes) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof FetchError) throw error;
    throw new FetchError(
      "unavailable",
      `it cannot be read: ${(error as Error).message}`,
    );
  }
}
