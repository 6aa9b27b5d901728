/**
 * The thread that a SQLite store works in. It does nothing but answer the
 * requests of `protocol.ts`.
 *
 * @module
 */

import { readContents } from "./contents.ts";
import type { Outcome } from "./operations.ts";
import type { Answer, Request } from "./protocol.ts";
import { RenewingCore } from "./renewing_core.ts";
import { movableBuffers } from "./transfer.ts";

/** What the scope of a worker has and that of a window has not. */
interface WorkerScope {
  onmessage: (event: MessageEvent<Request>) => void;
  postMessage(answer: Answer, transfer: Transferable[]): void;
}

const scope = self as unknown as WorkerScope;
let core: RenewingCore;

scope.onmessage = ({ data }) => {
  const answer = answerTo(data);
  scope.postMessage(answer, movableBuffers(answer));
};

function answerTo(request: Request): Answer {
  switch (request.kind) {
    case "open": {
      const { path, busyTimeoutMs, renews, isReadOnly } = request;
      const options = { busyTimeoutMs, renews, isReadOnly };
      const outcome = attempt(() => {
        core = new RenewingCore(path, options);
      });
      return core?.answer([outcome]) ?? { outcomes: [outcome] };
    }
    case "inspect": {
      const { path, checkMs } = request;
      return { outcomes: [attempt(() => readContents(path, checkMs))] };
    }
    case "run":
      return core.run(request.calls);
    case "close":
      return { outcomes: [attempt(() => core.close())] };
  }
}

/** The outcome of an action that throws a `StoreError` or nothing. */
function attempt(action: () => void): Outcome {
  try {
    return { value: action() };
  } catch (error) {
    return { failure: (error as Error).message };
  }
}
