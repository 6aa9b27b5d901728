/**
 * What a test and its thread of clients say to each other.
 *
 * @module
 */

import type { Tally } from "./tally.ts";

/** Messages a second. */
export interface Rates {
  scores: number;
  learns: number;
}

/** What the thread is told. */
export type Order =
  | { kind: "start"; port: number; rates: Rates }
  /** From now on what happens counts for another phase. */
  | { kind: "phase"; phase: string }
  | { kind: "stop" };

/** A message that was acknowledged; by `Date.now()`. */
export interface Acknowledged {
  number: number;
  sentAt: number;
}

/** A message that was refused. */
export interface Refused {
  reason: string;
  sentAt: number;
}

/** What has happened since the last one. */
export interface News {
  kind: "news";
  acknowledged: Acknowledged[];
  refused: Refused[];
  /** The newest version that has answered. */
  newest: number;
  /** Whether all versions that have answered were compared with their models. */
  isConfirmed: boolean;
}

/** What it came to. */
export interface Result {
  kind: "result";
  /** By phase. */
  tallies: Map<string, Tally>;
  /** What was wrong, as long as it is not much. */
  findings: string[];
  /** Versions that were compared with their models, and that could not be. */
  confirmed: number[];
  unconfirmed: number[];
}
