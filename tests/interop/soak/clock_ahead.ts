/**
 * Preloaded, it sets the clock of a process 10 days ahead.
 *
 * @module
 */

import { setClock } from "../../daemon/clock.ts";

setClock(10);
