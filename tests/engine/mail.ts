/**
 * Scans of messages that can be told apart, each unlike all others.
 *
 * @module
 */

import type { MailClass } from "../../lib/features/mail_class.ts";
import { Random } from "../../lib/nn/random.ts";

/** A scan as JSON, with the class that it is of. */
export interface LabelledMail {
  class?: MailClass;
  symbols: Record<string, [score: number, weight: number | null]>;
  score?: number;
  action?: string;
  settings_id?: string;
  metatokens?: number[];
  rule?: string;
}

const SURE: Record<MailClass, string[]> = {
  spam: ["BAYES_SPAM", "FUZZY_DENIED", "URIBL_BLACK", "FORGED_SENDER"],
  ham: ["BAYES_HAM", "R_DKIM_ALLOW", "R_SPF_ALLOW", "RCVD_VIA_SMTP_AUTH"],
};
const UNSURE = ["MIME_HTML_ONLY", "TO_DN_NONE", "HAS_XAW", "RCVD_COUNT_TWO"];

/**
 * A message: the same number gives the same one, another gives another one.
 *
 * @param changes replace parts of it
 */
export function mail(
  mailClass: MailClass,
  number: number,
  changes: Partial<LabelledMail> = {},
): LabelledMail {
  const random = new Random(2 * number + (mailClass === "spam" ? 1 : 0));
  const sign = mailClass === "spam" ? 1 : -1;
  const symbols: LabelledMail["symbols"] = {
    // Told apart by its value, which is below that of any other message.
    A_NUMBER: [0.2 + number / 1e4, null],
  };
  for (const name of SURE[mailClass]) {
    if (random.uniform() < 0.7) symbols[name] = [sign * 3, sign * 4];
  }
  symbols[SURE[mailClass][number % 4]] = [sign * 3, sign * 3];
  for (const name of UNSURE) {
    if (random.uniform() < 0.4) symbols[name] = [0.1, 0.2];
  }
  return { class: mailClass, symbols, ...changes };
}

/** So many messages of each class in turn, from a number on. */
export function mails(
  ofEach: number,
  from = 0,
  changes: Partial<LabelledMail> = {},
): LabelledMail[] {
  return Array.from({ length: ofEach }, (_, i) => [
    mail("spam", from + i, changes),
    mail("ham", from + i, changes),
  ]).flat();
}

/** The same messages, called the other way round. */
export function swapped(scans: readonly LabelledMail[]): LabelledMail[] {
  return scans.map((scan) => ({
    ...scan,
    class: scan.class === "spam" ? "ham" : "spam",
  }));
}

/** Messages that nothing tells apart but what they are called. */
export function noise(ofEach: number, from = 0): LabelledMail[] {
  const random = new Random(from + 1);
  return Array.from({ length: 2 * ofEach }, (_, i) => ({
    class: i % 2 === 0 ? "spam" : "ham",
    symbols: { A_NUMBER: [0.2 + random.uniform(), null] },
  }));
}
