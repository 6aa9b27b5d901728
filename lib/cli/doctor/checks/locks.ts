/**
 * Who holds training locks.
 *
 * @module
 */

import { lockSeconds } from "../../../engine/locked_network.ts";
import { ageOf, timeOf } from "../../models/describe.ts";
import type { Remark } from "../finding.ts";
import type { Setup } from "../setup.ts";

/** The clock of a Redis may be a little ahead. */
const MOST_FUTURE_SECONDS = 60;

/** Looks for locks, and for those that were left behind. */
export async function checkLocks(setup: Setup): Promise<Remark[]> {
  const lines = await setup.lines();
  if (!lines) return [];
  const { detailsOf } = await setup.inspection();
  const { now } = setup;
  const remarks: Remark[] = [];
  for (const { name: subject, network } of lines.shown) {
    const { lock } = await detailsOf(network.series);
    if (!lock) continue;
    const { holder, at } = lock;
    const held = `${holder} took the training lock, or extended it, at ${
      timeOf(at)
    }`;
    const ends = at + lockSeconds(network.rule);
    if (at > now + MOST_FUTURE_SECONDS) {
      remarks.push({
        level: "note",
        subject,
        message: `${held}, which is in the future: the clock was set back. ` +
          "The lock counts for nothing",
      });
    } else if (ends > now) {
      remarks.push({ level: "ok", subject, message: `${held}, and trains` });
    } else {
      remarks.push({
        level: "note",
        subject,
        message: `${held} (${ageOf(now - at)}), and never released it: it ` +
          "was killed. The lock has ended, and the next training takes it",
      });
    }
  }
  return remarks.length > 0
    ? remarks
    : [{ level: "ok", message: "no training lock is held" }];
}
