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

/** What a worker has in place of a window. */
interface WorkerScope {
  onmessage: (event: MessageEvent<string>) => void;
  postMessage(message: unknown): void;
}

const scope = self as unknown as WorkerScope;

scope.onmessage = async ({ data }) => {
  scope.postMessage([await whatIsAllowed(), canUse(data)]);
};
