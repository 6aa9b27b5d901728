/**
 * Getting a file from elsewhere, by whatever way.
 *
 * @module
 */

import { FetchError } from "./failure.ts";
import { readLocalFile } from "./local_file.ts";
import { type Limits, request, type Validators } from "./request.ts";

/** A file, and how to ask whether it has changed. */
export interface DownloadedFile extends Validators {
  bytes: Uint8Array<ArrayBuffer>;
}

/** How a file is to be had. */
export interface DownloadOptions extends Limits {
  /** Those of the file that is there already. */
  validators?: Validators;
  /** Ends it; its reason is thrown. */
  signal: AbortSignal;
  /** Whether it may take ways on which others could change it. */
  allowPlain: boolean;
}

/** A way from one place to the next is followed so often. */
const MOST_REDIRECTS = 3;

/**
 * Gets a file.
 *
 * @returns nothing where it is the one that is there already
 * @throws {FetchError} when it cannot be had
 * @throws the reason of the signal
 */
export async function download(
  url: URL,
  { validators, signal, ...limits }: DownloadOptions,
): Promise<DownloadedFile | undefined> {
  if (url.protocol === "file:") {
    return await readLocalFile(url, limits.maxBytes, signal);
  }
  let at = url;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const answer = await request(at, { validators, signal, ...limits });
    signal.throwIfAborted();
    if (!(answer instanceof URL)) return answer;
    at = nextOf(at, answer);
  }
  throw new FetchError(
    "forbidden",
    `it was redirected more than ${MOST_REDIRECTS} times`,
  );
}

/** What the password is for does not see it elsewhere. */
function nextOf(from: URL, to: URL): URL {
  if (to.protocol !== "https:" && to.protocol !== from.protocol) {
    throw new FetchError(
      "forbidden",
      `it is redirected to ${to.protocol}, which is not followed`,
    );
  }
  const next = new URL(to);
  const isSame = to.origin === from.origin;
  next.username = isSame ? from.username : "";
  next.password = isSame ? from.password : "";
  return next;
}
