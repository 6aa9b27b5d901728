/**
 * What the routes work with.
 *
 * @module
 */

import type { Engine } from "../engine/engine.ts";
import type { BodyLimits } from "./body.ts";
import type { Events } from "./events.ts";
import type { Failures } from "./failure.ts";

/** What the routes work with. */
export interface Service {
  engine: Engine;
  limits: BodyLimits;
  failures: Failures;
  events: Events;
}
