/**
 * What a message is taken for without anybody saying so: by its score, or by
 * what the filter did with it (rspamd `ann_push_task_result`, and
 * `lua_verdict.lua`).
 *
 * @module
 */

import type { MailClass } from "../features/mail_class.ts";
import type { Scan } from "../features/scan.ts";

/** Scores from which on the filter is believed; verdicts where absent. */
export interface ClassThresholds {
  /** At least this is spam. */
  spamScore?: number;
  /** At most this is ham. */
  hamScore?: number;
}

/** How certain the filter was. */
export type Verdict = "passthrough" | "spam" | "junk" | "ham" | "uncertain";

/**
 * What the filter thinks of a message.
 *
 * Spam was rejected for more than one reason, junk marked for more than two;
 * ham was let through with a negative score or for more than three reasons in
 * its favour.
 */
export function verdictOf(scan: Scan): Verdict {
  if (scan.passthrough) return "passthrough";
  const { positive, negative } = countSigns(scan);
  switch (scan.action) {
    case "reject":
      return positive > 1 ? "spam" : "uncertain";
    case "add header":
    case "rewrite subject":
      return positive > 2 ? "junk" : "uncertain";
    case "no action":
      return (scan.score ?? 0) < 0 || negative > 3 ? "ham" : "uncertain";
    default:
      return "uncertain";
  }
}

function countSigns(scan: Scan): { positive: number; negative: number } {
  let [positive, negative] = [0, 0];
  for (const { score = 0 } of scan.symbols) {
    if (score > 0) positive++;
    if (score < 0) negative++;
  }
  return { positive, negative };
}

/**
 * Decides what to learn a message as.
 *
 * @returns the class, or why there is none
 */
export function classOf(
  scan: Scan,
  { spamScore, hamScore }: ClassThresholds,
): { class: MailClass } | { reason: string } {
  const verdict = verdictOf(scan);
  if (verdict === "passthrough") {
    return { reason: "the filter let one rule decide alone (passthrough)" };
  }
  const { score } = scan;
  if (score === undefined && (spamScore ?? hamScore) !== undefined) {
    return { reason: "the scan has no score, and no class was given" };
  }
  const isSpam = spamScore === undefined
    ? verdict === "spam" || verdict === "junk"
    : score! >= spamScore;
  if (isSpam) return { class: "spam" };
  const isHam = hamScore === undefined ? verdict === "ham" : score! <= hamScore;
  if (isHam) return { class: "ham" };
  const notSpam = spamScore === undefined
    ? `verdict: ${verdict}`
    : `score ${score} < spam_score ${spamScore}`;
  const notHam = hamScore === undefined
    ? `verdict: ${verdict}`
    : `score ${score} > ham_score ${hamScore}`;
  return { reason: notSpam === notHam ? notSpam : `${notSpam}; ${notHam}` };
}
