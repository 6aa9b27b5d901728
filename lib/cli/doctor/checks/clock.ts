/**
 * Whether the clock can be trusted.
 *
 * @module
 */

import { timeOf } from "../../models/describe.ts";
import type { Remark } from "../finding.ts";
import type { Setup } from "../setup.ts";

/** Locks and ages are told in whole seconds. */
const MOST_SECONDS = 2;

/** What was noted a moment ago may be a little later than now. */
const MOST_FUTURE_SECONDS = 60;

/** Compares the clock with that of Redis, or with the times in the file. */
export async function checkClock(setup: Setup): Promise<Remark[]> {
  const { facts } = await setup.inspection();
  if (facts.kind === "redis") {
    if (!facts.server) return [];
    const { clockAheadSeconds: ahead } = facts.server;
    const apart = Math.abs(ahead);
    if (apart <= MOST_SECONDS) {
      const ms = Math.round(1000 * apart);
      return [{
        level: "ok",
        message: `that of Redis agrees, but for ${ms} ms`,
      }];
    }
    const side = ahead > 0 ? "ahead of" : "behind";
    return [{
      level: "warning",
      message: `that of Redis is ${apart.toFixed(1)} s ${side} this one`,
      fix: "timedatectl set-ntp true, on both hosts",
    }];
  }
  const latest = facts.contents?.latest;
  if (latest === undefined) return [];
  if (latest > setup.now + MOST_FUTURE_SECONDS) {
    return [{
      level: "warning",
      message: `the store has times up to ${timeOf(latest)}, which is in the ` +
        `future: the clock is or was wrong (it is ${timeOf(setup.now)} here)`,
      fix: "timedatectl set-ntp true",
    }];
  }
  return [{
    level: "ok",
    message: `the store has no times in the future (${timeOf(latest)})`,
  }];
}
