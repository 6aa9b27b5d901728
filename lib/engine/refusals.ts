/**
 * How often scans were not learned, by kind of reason.
 *
 * @module
 */

import type { RuleConfig } from "../config/config.ts";
import type { MailClass } from "../features/mail_class.ts";

/** How reasons begin, and their kinds: without the numbers and names in them. */
const KINDS: readonly [beginning: string, kind: string][] = [
  ["it was taught by hand", "taught by hand"],
  ["the scan has no symbol", "no symbols"],
  ["store_pool_only", "store_pool_only"],
  ["the model is frozen", "frozen"],
  ["autotrain is off", "autotrain"],
  ["skipped by chance: train_prob", "train_prob"],
  ["skipped by chance: spam_skip_prob", "spam_skip_prob"],
  ["skipped by chance: ham_skip_prob", "ham_skip_prob"],
  ["skipped to keep the classes balanced", "balance"],
  ["enough ", "max_trains"],
  ["the filter let one rule decide", "passthrough"],
  ["verdict: ", "verdict"],
  ["the scan has no score", "score"],
  ["score ", "score"],
  ["no score, ", "score"],
  ["action ", "action"],
  ["no action, ", "action"],
  ["blocked by guard", "guard"],
  ["local network message", "exclude_local"],
  ["authenticated user", "exclude_users"],
  ["has forbidden symbol", "skip_symbols"],
  ["missing required symbol", "symbols"],
  ["spam symbol weight", "symbol_weight"],
  ["ham symbol weight", "symbol_weight"],
  ["spam_condition", "condition"],
  ["ham_condition", "condition"],
  ["already confident", "probability_check"],
  ["sampled out", "sampling"],
  ["rate limit", "rate_limit"],
  ["rule ", "settings"],
];

/** What is none of them. */
const OTHER = "other";

/** Scans that were not learned for reasons of one kind. */
export interface Refusal {
  /** What they would have been learned as, where that is known. */
  class?: MailClass;
  kind: string;
  times: number;
}

/** What was not learned by a rule. */
export interface RefusalCounts {
  /** Unix time in seconds of the first. */
  since: number;
  /** The most frequent first. */
  reasons: Refusal[];
}

/** The kind of a reason, of which there are not many. */
export function kindOf(reason: string): string {
  return KINDS.find(([beginning]) => reason.startsWith(beginning))?.[1] ??
    OTHER;
}

/** Counts in this process, for each rule as long as it is configured so. */
export class Refusals {
  readonly #now: () => number;
  readonly #counts = new WeakMap<
    RuleConfig,
    { since: number; reasons: Map<string, Refusal> }
  >();

  /** @param now unix time in seconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts an answer that something was not learned. */
  add(
    rule: RuleConfig,
    { class: mailClass, reason = "" }: { class?: MailClass; reason?: string },
  ): void {
    let counts = this.#counts.get(rule);
    if (!counts) {
      counts = { since: this.#now(), reasons: new Map() };
      this.#counts.set(rule, counts);
    }
    const kind = kindOf(reason);
    const key = `${mailClass} ${kind}`;
    const refusal = counts.reasons.get(key);
    if (refusal) refusal.times++;
    else counts.reasons.set(key, { class: mailClass, kind, times: 1 });
  }

  /** What a rule did not learn; nothing if it refused nothing. */
  of(rule: RuleConfig): RefusalCounts | undefined {
    const counts = this.#counts.get(rule);
    return counts && {
      since: counts.since,
      reasons: [...counts.reasons.values()]
        .sort((a, b) => b.times - a.times)
        .map((refusal) => ({ ...refusal })),
    };
  }
}
