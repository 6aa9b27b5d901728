/**
 * Admission: whether a sample that nobody asked for by hand is kept (rspamd
 * `lualib/plugins/neural.lua`, `can_push_train_vector`).
 *
 * @module
 */

import type { ClassCounts, MailClass } from "../features/mail_class.ts";

/** The options of a rule's `train` section that admission goes by. */
export interface AdmissionOptions {
  learnMode: "balanced" | "proportional";
  /** Samples of a class from which on no more are kept. */
  maxTrains: number;
  /** Probability with which a sample is considered at all. */
  trainProbability: number;
  /** Balanced mode: how much sooner than at 1:1 the larger class may grow. */
  classesBias: number;
  /** Proportional mode: probabilities with which a sample is skipped. */
  spamSkipProbability: number;
  hamSkipProbability: number;
}

/** Whether a sample is kept, and if not, why. */
export type Admission =
  | { admitted: true }
  | { admitted: false; reason: string };

const ADMITTED: Admission = { admitted: true };

/**
 * Decides about a sample.
 *
 * @param options the rule's
 * @param mailClass what the sample is
 * @param counts how many of each class are kept and not trained on yet
 * @param coin a random number in [0, 1); one is enough for all decisions
 */
export function admit(
  options: AdmissionOptions,
  mailClass: MailClass,
  counts: ClassCounts,
  coin: number,
): Admission {
  if (coin < 1 - options.trainProbability) {
    return refuse(
      `skipped by chance: train_prob is ${options.trainProbability}`,
    );
  }
  const own = counts[mailClass];
  if (own > options.maxTrains) {
    return refuse(
      `enough ${mailClass}: ${own} samples are kept, max_trains is ${options.maxTrains}`,
    );
  }
  return options.learnMode === "balanced"
    ? admitBalanced(options, mailClass, counts, coin)
    : admitProportional(options, mailClass, coin);
}

/** The more a class is ahead of the other, the less likely it is to grow. */
function admitBalanced(
  { classesBias }: AdmissionOptions,
  mailClass: MailClass,
  counts: ClassCounts,
  coin: number,
): Admission {
  const own = counts[mailClass];
  const other = counts[mailClass === "spam" ? "ham" : "spam"];
  const skipRate = 1 - other / (own + 1) - classesBias;
  if (own > other && coin < skipRate) {
    return refuse(
      `skipped to keep the classes balanced: ${counts.spam} spam and ${counts.ham} ham samples are kept`,
    );
  }
  return ADMITTED;
}

function admitProportional(
  { spamSkipProbability, hamSkipProbability }: AdmissionOptions,
  mailClass: MailClass,
  coin: number,
): Admission {
  const skip = mailClass === "spam" ? spamSkipProbability : hamSkipProbability;
  if (coin <= skip) {
    return refuse(`skipped by chance: ${mailClass}_skip_prob is ${skip}`);
  }
  return ADMITTED;
}

function refuse(reason: string): Admission {
  return { admitted: false, reason };
}

/**
 * Whether enough samples are kept to train (`maybe_train_existing_ann`).
 *
 * Balanced mode wants `max_trains` of one class and, but for the bias, of the
 * other too; proportional mode wants some of the other.
 */
export function isTrainingDue(
  { learnMode, maxTrains, classesBias }: AdmissionOptions,
  { spam, ham }: ClassCounts,
): boolean {
  const most = Math.max(spam, ham);
  const least = Math.min(spam, ham);
  if (most < maxTrains) return false;
  return learnMode === "balanced"
    ? least >= maxTrains * (1 - classesBias)
    : least > 0;
}

/** How many more of each class make a training due; none if it is. */
export function missingSamples(
  { learnMode, maxTrains, classesBias }: AdmissionOptions,
  { spam, ham }: ClassCounts,
): ClassCounts {
  const least = learnMode === "balanced"
    ? Math.ceil(maxTrains * (1 - classesBias))
    : 1;
  const [ofSpam, ofHam] = spam >= ham ? [maxTrains, least] : [least, maxTrains];
  return { spam: Math.max(0, ofSpam - spam), ham: Math.max(0, ofHam - ham) };
}
