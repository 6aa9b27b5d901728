/**
 * Whether something is there, without asking it for anything.
 *
 * @module
 */

/** Whether a path leads somewhere. */
export function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Why nobody can be connected to at an address, if so. The connection is
 * closed at once: to ask could have effects.
 */
export async function whyUnreachable(
  url: URL,
  timeoutMs: number,
): Promise<string | undefined> {
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  const hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(
    () => resolve(`it did not answer within ${timeoutMs} ms`),
    timeoutMs,
  );
  const connected = Deno.connect({ hostname, port }).then(
    (connection) => connection.close(),
    (error: Error) => error.message,
  );
  try {
    return await Promise.race([connected, promise]) ?? undefined;
  } finally {
    clearTimeout(timer);
  }
}
