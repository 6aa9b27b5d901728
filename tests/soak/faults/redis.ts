/**
 * What may go wrong with a Redis, under load.
 *
 * @module
 */

import { REDIS_FAULTS, type RedisRig } from "../../faults/redis_faults.ts";
import type { Fault } from "../fault.ts";

/** All of it. */
export function redisFaults(rig: RedisRig): Fault[] {
  return Object.entries(REDIS_FAULTS).map(([name, faultOf]) => {
    const { begin, end, said } = faultOf(rig);
    return {
      name: `Redis ${name}`,
      inject: begin,
      heal: end,
      said,
      concernsStore: true,
    };
  });
}
