/**
 * What autolearn goes by (rspamd `lualib/lua_neural_learn.lua`).
 *
 * @module
 */

import type { MailClass } from "../../features/mail_class.ts";

/** Skips what the network judges with confidence already. */
export interface ProbabilityCheck {
  /** Whether anything is skipped. */
  readonly enabled: boolean;
  /** Name of the scan's variable that holds the probability of spam. */
  readonly variable: string;
  /** Spam from this probability on is skipped. */
  readonly spamMinimum: number;
  /** Ham up to this probability is skipped. */
  readonly hamMaximum: number;
}

/** Limits how much is learned in a day. */
export interface RateLimit {
  /** Whether there is a limit. */
  readonly enabled: boolean;
  /** Most messages of each class in a day of UTC. */
  readonly maxDaily: number;
  /** Beginning of the names of the counters. */
  readonly redisPrefix: string;
}

/** Learns a part of what fits only. */
export interface Sampling {
  /** Probability that spam which fits is learned. */
  readonly spamProbability: number;
  /** Probability that ham which fits is learned. */
  readonly hamProbability: number;
}

/** Which messages are learned without anybody saying what they are. */
export interface AutolearnOptions {
  /** Whether anything is learned by these conditions. */
  readonly enabled: boolean;
  /** Spam has at least this score. */
  readonly spamScore?: number;
  /** Ham has at most this score. */
  readonly hamScore?: number;
  /** The filter did this with spam. */
  readonly spamAction?: string;
  /** The filter did this with ham. */
  readonly hamAction?: string;
  /** An expression of symbols that is above 0 for spam. */
  readonly spamCondition?: string;
  /** An expression of symbols that is above 0 for ham. */
  readonly hamCondition?: string;
  /** Spam has all of these symbols. */
  readonly spamSymbols?: readonly string[];
  /** Ham has all of these symbols. */
  readonly hamSymbols?: readonly string[];
  /** What has one of these symbols is not learned. */
  readonly skipSymbols?: readonly string[];
  /** The scores of `spamSymbols` add up to at least this. */
  readonly spamSymbolWeight?: number;
  /** The scores of `hamSymbols` add up to at most this. */
  readonly hamSymbolWeight?: number;
  /** Skips what the network judges with confidence already. */
  readonly probabilityCheck: ProbabilityCheck;
  /** Limits how much is learned in a day. */
  readonly rateLimit: RateLimit;
  /** Learns a part of what fits only. */
  readonly sampling: Sampling;
  /** Whether messages of the local network are left out. */
  readonly excludeLocal: boolean;
  /** Whether messages of authenticated users are left out. */
  readonly excludeUsers: boolean;
}

/** Some of the options; the others stay as they are. */
export type AutolearnChanges =
  & Partial<
    Omit<AutolearnOptions, "probabilityCheck" | "rateLimit" | "sampling">
  >
  & {
    /** Some of its options. */
    readonly probabilityCheck?: Partial<ProbabilityCheck>;
    /** Some of its options. */
    readonly rateLimit?: Partial<RateLimit>;
    /** Some of its options. */
    readonly sampling?: Partial<Sampling>;
  };

/** rspamd's defaults. */
export const AUTOLEARN_DEFAULTS: AutolearnOptions = {
  enabled: false,
  probabilityCheck: {
    enabled: false,
    variable: "neural_prob",
    spamMinimum: 0.95,
    hamMaximum: 0.05,
  },
  rateLimit: {
    enabled: false,
    maxDaily: 1000,
    redisPrefix: "neural_autolearn",
  },
  sampling: { spamProbability: 1, hamProbability: 1 },
  excludeLocal: false,
  excludeUsers: true,
};

/** What a class has to be like. */
export interface ClassConditions {
  readonly score?: number;
  readonly action?: string;
  readonly condition?: string;
  readonly symbols?: readonly string[];
  readonly symbolWeight?: number;
  /** Probability that what fits is learned. */
  readonly probability: number;
}

/** Those of the options that are about one class. */
export function conditionsOf(
  options: AutolearnOptions,
  mailClass: MailClass,
): ClassConditions {
  return mailClass === "spam"
    ? {
      score: options.spamScore,
      action: options.spamAction,
      condition: options.spamCondition,
      symbols: options.spamSymbols,
      symbolWeight: options.spamSymbolWeight,
      probability: options.sampling.spamProbability,
    }
    : {
      score: options.hamScore,
      action: options.hamAction,
      condition: options.hamCondition,
      symbols: options.hamSymbols,
      symbolWeight: options.hamSymbolWeight,
      probability: options.sampling.hamProbability,
    };
}

/**
 * Options with changes: what is not given, or undefined, stays as it was.
 * Lists are replaced, and sections changed option by option.
 */
export function mergeAutolearn(
  options: AutolearnOptions,
  changes: AutolearnChanges,
): AutolearnOptions {
  const { probabilityCheck, rateLimit, sampling } = options;
  return {
    ...options,
    ...given(changes),
    probabilityCheck: {
      ...probabilityCheck,
      ...given(changes.probabilityCheck),
    },
    rateLimit: { ...rateLimit, ...given(changes.rateLimit) },
    sampling: { ...sampling, ...given(changes.sampling) },
  };
}

function given<T extends object>(changes: T | undefined): Partial<T> {
  const entries = Object.entries(changes ?? {})
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<T>;
}
