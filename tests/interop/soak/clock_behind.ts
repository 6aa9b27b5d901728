/**
 * Preloaded, it sets the clock of a process 10 days back.
 *
 * @module
 */

import { setClock } from "../../daemon/clock.ts";

setClock(-10);
