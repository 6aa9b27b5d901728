/**
 * What became of the messages that a daemon was sent, by what went wrong with
 * it at the time.
 *
 * @module
 */

/** What became of scans to score. */
export interface ScoreTally {
  /** By the model that the answer names, exactly. */
  right: number;
  wrong: number;
  /** With status 503, for there were too many requests. */
  overloaded: number;
  /**
   * The connection was refused, or cut, nothing came in time, or the daemon was
   * about to end.
   */
  unanswered: number;
  /** No connection was free for them in time. */
  unsent: number;
}

/** What became of scans to learn. */
export interface LearnTally {
  acknowledged: number;
  /** With status 503, for the reason that the store gives. */
  refused: number;
  /** With status 503, for there were too many requests. */
  overloaded: number;
  wrong: number;
  unanswered: number;
  unsent: number;
}

/** All of that, of one phase. */
export interface Tally {
  seconds: number;
  scores: ScoreTally;
  learns: LearnTally;
  /** Of each answered request to score, from when it was due, in ms. */
  latencies: number[];
  /** How much later than they were due requests were handed over, in ms. */
  lateness: number[];
}

/** Nothing so far. */
export function emptyTally(): Tally {
  const common = { wrong: 0, overloaded: 0, unanswered: 0, unsent: 0 };
  return {
    seconds: 0,
    scores: { right: 0, ...common },
    learns: { acknowledged: 0, refused: 0, ...common },
    latencies: [],
    lateness: [],
  };
}

/** What several came to together. */
export function sumOf(tallies: readonly Tally[]): Tally {
  const sum = emptyTally();
  for (const tally of tallies) {
    sum.seconds += tally.seconds;
    addTo(sum.scores, tally.scores);
    addTo(sum.learns, tally.learns);
    for (const latency of tally.latencies) sum.latencies.push(latency);
    for (const late of tally.lateness) sum.lateness.push(late);
  }
  return sum;
}

function addTo<T extends ScoreTally | LearnTally>(sum: T, more: T): void {
  for (const name of Object.keys(sum) as (keyof T)[]) {
    (sum[name] as number) += more[name] as number;
  }
}

/** The value that a share of all is not above. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  const at = Math.floor(share * sorted.length);
  return sorted[Math.min(sorted.length - 1, at)] ?? NaN;
}
