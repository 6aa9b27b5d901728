/**
 * What a soak came to, for people.
 *
 * @module
 */

import type { Trial } from "./lane.ts";
import { quantile, type Tally } from "./load/tally.ts";

/** What a lane came to. */
export interface LaneReport {
  store: string;
  trials: readonly Trial[];
  /** By phase. */
  tallies: ReadonlyMap<string, Tally>;
}

const COLUMNS = [
  "store",
  "what is wrong",
  "scores: right",
  "wrong",
  "overload",
  "no answer",
  "not sent",
  "learns: acknowledged",
  "lost",
  "refused",
  "overload",
  "no answer",
  "not sent",
  "p50, p99 of scores",
  "healed after",
  "trained after",
];

/** A table in Markdown, with a line for each fault and store. */
export function table(reports: readonly LaneReport[]): string {
  const rows = reports.flatMap(rowsOf);
  return [COLUMNS, COLUMNS.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function rowsOf({ store, trials, tallies }: LaneReport): string[][] {
  return [...tallies].map(([phase, tally]) => {
    const { scores, learns, latencies } = tally;
    const all = trials.filter(({ fault }) => fault.name === phase);
    const worst = (take: (trial: Trial) => number | undefined) => {
      const most = Math.max(...all.map((trial) => take(trial) ?? 0));
      return most > 0 ? `${(most / 1000).toFixed(1)} s` : "";
    };
    const lost = all.reduce((sum, { lost }) => sum + lost.length, 0);
    return [
      store,
      phase,
      scores.right,
      scores.wrong,
      scores.overloaded,
      scores.unanswered,
      scores.unsent,
      learns.acknowledged,
      lost,
      learns.refused,
      learns.overloaded,
      learns.unanswered,
      learns.unsent,
      `${quantile(latencies, 0.5).toFixed(1)}, ${
        quantile(latencies, 0.99).toFixed(0)
      } ms`,
      worst(({ healedMs }) => healedMs),
      worst(({ trainedMs }) => trainedMs),
    ].map(String);
  });
}
