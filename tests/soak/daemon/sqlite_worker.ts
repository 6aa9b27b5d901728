/**
 * The thread that a SQLite store works in, whose clock jumps when it is told.
 *
 * @module
 */

import "../../../lib/store/sqlite/sqlite_worker.ts";
import type { Request } from "../../../lib/store/sqlite/protocol.ts";
import { shiftClock } from "../../daemon/clock.ts";

/** The worker's side of the channel. */
interface WorkerScope {
  onmessage: (event: MessageEvent<Request | { clockMs: number }>) => void;
}

const scope = globalThis as unknown as WorkerScope;
const answer = scope.onmessage;
let offsetMs = 0;
shiftClock(() => offsetMs);

scope.onmessage = (event) => {
  if ("clockMs" in event.data) offsetMs = event.data.clockMs;
  else answer(event);
};
