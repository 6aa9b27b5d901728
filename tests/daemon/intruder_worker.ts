/**
 * Code that has got into a thread.
 *
 * @module
 */

import { whatIsAllowed } from "./attempts.ts";

/** In a folder: whether a file can be written and read there. */
function canUse(folder: string): boolean {
  try {
    Deno.writeTextFileSync(`${folder}/file`, "");
    Deno.readTextFileSync(`${folder}/file`);
    return true;
  } catch {
    return false;
  }
}

self.onmessage = async ({ data }: MessageEvent<string>) => {
  self.postMessage([await whatIsAllowed(), canUse(data)]);
};
