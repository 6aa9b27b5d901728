/**
 * What the routes work with.
 *
 * @module
 */

import type { Engine } from "../engine/engine.ts";
import type { Gate } from "./access/access.ts";
import type { BodyLimits } from "./body.ts";
import type { Events } from "./events.ts";
import type { Failures } from "./failure.ts";
import type { Metrics } from "./metrics.ts";
import type { Overload } from "./overload.ts";
import type { RequestFigures } from "./request_figures.ts";
import type { RequestLog } from "./request_log.ts";

/** What the routes work with. */
export interface Service {
  engine: Engine;
  limits: BodyLimits;
  failures: Failures;
  events: Events;
  gate: Gate;
  overload: Overload;
  requestFigures: RequestFigures;
  requestLog: RequestLog;
  metrics: Metrics;
  /** Names that this host goes by. */
  hostNames: readonly string[];
}
