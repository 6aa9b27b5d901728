/**
 * The thread that serves: it may do what its configuration needs.
 *
 * @module
 */

import { limitWorkers } from "../../worker_permissions.ts";
import type { FromThread, ToThread } from "./protocol.ts";
import { serve } from "./serving.ts";

/** The worker's side of the channel. */
interface WorkerScope {
  onmessage: (event: MessageEvent<ToThread>) => void;
  postMessage(message: FromThread): void;
}

const scope = globalThis as unknown as WorkerScope;
const stopped = Promise.withResolvers<void>();
let reload = () => {};

scope.onmessage = async ({ data }) => {
  if (data.kind === "stop") return stopped.resolve();
  if (data.kind === "reload") return reload();
  if (data.isLimited) limitWorkers();
  const code = await serve(data.order, {
    stopped: stopped.promise,
    onReload: (listener) => reload = listener,
  });
  scope.postMessage({ kind: "ended", code });
};

scope.postMessage({ kind: "loaded" });
