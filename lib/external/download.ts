/**
 * Getting a file from elsewhere, by whatever way.
 *
 * @module
 */

import { FetchError } from "./failure.ts";
import { readLocalFile } from "./local_file.ts";
import { type ReceivedFile, request, type RequestOptions } from "./request.ts";

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
  options: RequestOptions,
): Promise<ReceivedFile | undefined> {
  const { maxBytes, signal } = options;
  if (url.protocol === "file:") {
    return await readLocalFile(url, maxBytes, signal);
  }
  let at = url;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const answer = await request(at, options);
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
