/**
 * The last scores, so that somebody can look at why they were given.
 *
 * They are in memory only. Of a message they have the names and values of the
 * features that a network saw: no addresses, no subject, no ID.
 *
 * @module
 */

import { type Contribution, contributionsTo } from "../model/explain.ts";
import type { Model } from "../model/model.ts";
import type { SparseVector } from "../nn/sparse.ts";
import type { Score } from "./score.ts";

/** A score that was given. */
export interface RecentScore extends Score {
  /** Counts the scores of this process. */
  number: number;
  /** Unix time in seconds. */
  at: number;
}

/** A score, and what its reasons can be found out by, until they are. */
interface Kept {
  score: Score;
  number: number;
  at: number;
  reasons: { model: Model; vector: SparseVector } | Contribution[] | undefined;
}

/** So many reasons are given of each. */
const MOST_REASONS = 12;

/** Keeps the last scores. */
export class RecentScores {
  readonly #most: () => number;
  readonly #now: () => number;
  #kept: Kept[] = [];
  #given = 0;

  /**
   * @param most how many are kept, asked at each
   * @param now unix time in seconds
   */
  constructor(most: () => number, now: () => number) {
    this.#most = most;
    this.#now = now;
  }

  /** How many scores were given so far. */
  get given(): number {
    return this.#given;
  }

  /** Keeps a score, with what it was computed from. */
  add(score: Score, model: Model, vector: SparseVector): void {
    const number = ++this.#given;
    const most = this.#most();
    if (most > 0) {
      const reasons = { model, vector };
      this.#kept.push({ score, number, at: this.#now(), reasons });
    }
    // Not at each, for that would move all of them each time.
    if (this.#kept.length > 2 * most) this.#forget(most);
  }

  /** The last scores with their reasons, newest first. */
  list(): RecentScore[] {
    this.#forget(this.#most());
    return this.#kept.map((kept) => ({
      ...kept.score,
      number: kept.number,
      at: kept.at,
      contributions: reasonsOf(kept),
    })).reverse();
  }

  #forget(most: number): void {
    this.#kept.splice(0, Math.max(0, this.#kept.length - most));
  }
}

/** Finds the reasons out once; then the model may go. */
function reasonsOf(kept: Kept): Contribution[] | undefined {
  const { reasons } = kept;
  if (reasons && !Array.isArray(reasons)) {
    const { model, vector } = reasons;
    kept.reasons = contributionsTo(model, vector, MOST_REASONS);
  }
  return kept.reasons as Contribution[] | undefined;
}
