/**
 * The thread that serves, as the rest of the program sees it.
 *
 * @module
 */

import { workerOptions } from "../../worker_permissions.ts";
import { EXIT } from "../exit.ts";
import type { Hangups } from "../signals.ts";
import { threadPermissions } from "./permissions.ts";
import type { FromThread, ServeOrder, ToThread } from "./protocol.ts";

/** A daemon ends sooner; one that does not is ended. */
const END_MS = 5500;

/** All that a program may do. */
const EVERYTHING = [
  "net",
  "read",
  "write",
  "env",
  "sys",
  "run",
  "ffi",
] as const;

/**
 * Has a daemon serve in a thread that may do what it needs, and gives up all
 * that this one may do. Deno lets no thread give up a part of what it was given
 * as a whole, but lets it give less to another.
 *
 * @param stopped resolves when it is to end
 * @param note writes a line to standard error
 * @returns the exit code
 */
export async function serveInThread(
  order: ServeOrder,
  stopped: Promise<void>,
  hangups: Hangups,
  note: (line: string) => void,
): Promise<number> {
  const options = workerOptions(threadPermissions(order.needs));
  const worker = new Worker(
    new URL("./serve_worker.ts", import.meta.url).href,
    options,
  );
  const send = (message: ToThread) => worker.postMessage(message);
  const ended = Promise.withResolvers<number>();
  worker.onerror = (event) => {
    event.preventDefault();
    note(`neurald: ${event.message}`);
    ended.resolve(EXIT.failed);
  };
  worker.onmessage = async ({ data }: MessageEvent<FromThread>) => {
    if (data.kind === "ended") return ended.resolve(data.code);
    await giveUpEverything();
    send({ kind: "serve", order, isLimited: options.deno !== undefined });
    hangups.listen(() => send({ kind: "reload" }));
    await stopped;
    send({ kind: "stop" });
    setTimeout(() => {
      note("neurald: it does not end, and is ended");
      ended.resolve(EXIT.failed);
    }, END_MS);
  };
  return await ended.promise;
}

async function giveUpEverything(): Promise<void> {
  for (const name of EVERYTHING) await Deno.permissions.revoke({ name });
}
