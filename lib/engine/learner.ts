/**
 * Learning: which scans become samples, and why others do not.
 *
 * @module
 */

import { encode } from "@msgpack/msgpack";
import type { RuleConfig } from "../config/config.ts";
import { featuresOf } from "../features/features.ts";
import { Layout } from "../features/layout.ts";
import type { MailClass } from "../features/mail_class.ts";
import { encodeSample } from "../features/sample.ts";
import type { Scan, ScanError } from "../features/scan.ts";
import { profileDigest } from "../model/profile.ts";
import { admit } from "../policy/admission.ts";
import { classOf } from "../policy/verdict.ts";
import type { Sample, SampleOutcome, Series, Store } from "../store/store.ts";
import { messageDigest } from "../store/sample_digest.ts";
import type { AutolearnChoice, Autolearning } from "./autolearning.ts";
import { beyondLimit, type DailyLimit } from "./daily_limit.ts";
import { Forecast } from "./forecast.ts";
import type { LearnCounts, Learned } from "./metrics/learn_counts.ts";
import type { Network } from "./network.ts";
import type { Networks, UnknownRuleError } from "./networks.ts";
import type { Refusals } from "./refusals.ts";
import { findTargets, type Target } from "./targets.ts";

/** A scan to learn. */
export interface LearnRequest {
  scan: Scan;
  /** What it is, if somebody knows; else the rule decides by its options. */
  class?: MailClass;
  /** How somebody said so; by hand, unless it is given. */
  source?: "hand" | "folder";
  /** Name of the only rule to teach. */
  rule?: string;
}

/** What one rule made of a scan. */
export interface LearnAnswer {
  rule: string;
  /** Absent where no settings of the rule apply. */
  settings?: string;
  learned: boolean;
  /** What it was learned as, or would have been. */
  class?: MailClass;
  /** Whether the sample was new, was there already, or was of the other class. */
  outcome?: SampleOutcome;
  /** Why it was not learned. */
  reason?: string;
  /** The vector in MessagePack, in base64 (`store_pool_only`). */
  neural_vec_mpack?: string;
  /** Digest of the symbols that the vector is laid out by. */
  neural_profile_digest?: string;
}

/** A sample to keep, and the answer that it completes. */
interface Entry {
  sample: Sample;
  answer: LearnAnswer;
  /** Absent where a day has no limit. */
  limit?: DailyLimit;
}

/** Samples that one series is to keep. */
interface Batch {
  network: Network;
  /** Whether the network was added for these samples. */
  isNew: boolean;
  entries: Entry[];
  /** Absent where it does not matter. */
  forecast?: Forecast;
}

/** Turns scans into samples. */
export class Learner {
  #store: Store;
  #autolearning: Autolearning;
  #refusals: Refusals;
  #counts: LearnCounts;
  #random: () => number;

  /** @param random gives numbers in [0, 1) */
  constructor(
    store: Store,
    autolearning: Autolearning,
    refusals: Refusals,
    counts: LearnCounts,
    random: () => number,
  ) {
    this.#store = store;
    this.#refusals = refusals;
    this.#counts = counts;
    this.#autolearning = autolearning;
    this.#random = random;
  }

  /**
   * Learns scans, and resolves when what was kept of them is durable.
   *
   * @returns for each request, the answer of each rule that it was for, or
   * why it cannot be answered: an unknown rule, or other metatokens than those
   * that are configured
   * @throws {import("../store/store.ts").StoreError} when the store fails
   */
  async learn(
    networks: Networks,
    requests: LearnRequest[],
  ): Promise<(LearnAnswer[] | ScanError | UnknownRuleError)[]> {
    const found = requests.map(({ scan, rule }) =>
      findTargets(networks, scan, rule)
    );
    let answers: (LearnAnswer[] | ScanError | UnknownRuleError)[] = [];
    try {
      await this.#choose(networks, found, requests);
      const batches = await this.#openBatches(found, requests);
      answers = found.map((targets, i) =>
        targets instanceof Error
          ? targets
          : targets.map(({ rule, network, choice }) =>
            typeof network === "string"
              ? { rule: rule.name, learned: false, reason: network }
              : this.#decide(
                networks,
                requests[i],
                batches.get(network.series)!,
                choice,
              )
          )
      );
      await this.#keep(networks, [...batches.values()]);
      return answers;
    } finally {
      this.#count(found, requests, answers);
    }
  }

  /** @param answers none where the store failed before there were any */
  #count(
    found: (Target[] | Error)[],
    requests: LearnRequest[],
    answers: (LearnAnswer[] | Error)[],
  ): void {
    for (const [i, targets] of found.entries()) {
      const given = answers[i];
      if (targets instanceof Error || given instanceof Error) continue;
      for (const [k, { rule }] of targets.entries()) {
        const failed = { learned: true, class: requests[i].class };
        const answer: Learned = given?.[k] ?? failed;
        this.#counts.add(rule.name, answer);
        if (!answer.learned) this.#refusals.add(rule, answer);
      }
    }
  }

  /** Asks autolearn about all scans that it is to decide about, at once. */
  async #choose(
    networks: Networks,
    found: (Target[] | Error)[],
    requests: LearnRequest[],
  ): Promise<void> {
    await Promise.all(
      found.flatMap((targets, i) =>
        targets instanceof Error
          ? []
          : targets.filter((target) => isUndecided(target, requests[i]))
            .map(async (target) => {
              target.choice = await this.#autolearning
                .choose(networks, target.rule, requests[i].scan);
            })
      ),
    );
  }

  /**
   * A batch for each network. Asks once how full its pool is, if a scan is for
   * it whose class nobody told: of the others it is not asked.
   */
  async #openBatches(
    found: (Target[] | Error)[],
    requests: LearnRequest[],
  ): Promise<Map<Series, Batch>> {
    const batches = new Map<Series, Batch>();
    const undecided = new Set<Batch>();
    for (const [i, targets] of found.entries()) {
      if (targets instanceof Error) continue;
      for (const { network } of targets) {
        if (typeof network === "string") continue;
        const batch = batches.get(network.series) ?? emptyBatch(network);
        batches.set(network.series, batch);
        if (requests[i].class === undefined) undecided.add(batch);
      }
    }
    await Promise.all([...undecided].map(async (batch) => {
      const { fresh } = await this.#store.counts(batch.network.series);
      batch.forecast = new Forecast(fresh);
    }));
    return batches;
  }

  /** Answers a request, and adds a sample to the batch if it is to be kept. */
  #decide(
    networks: Networks,
    request: LearnRequest,
    batch: Batch,
    choice: AutolearnChoice | undefined,
  ): LearnAnswer {
    const { name, rule, profileSymbols } = batch.network;
    const answer: LearnAnswer = {
      rule: rule.name,
      settings: name.settings,
      learned: false,
    };
    const refusal = this.#chooseClass(
      answer,
      rule,
      request,
      batch.forecast,
      choice ?? classOf(request.scan, rule.train),
    );
    const excluded = networks.excludedFrom(rule);
    const features = featuresOf(request.scan, name.metatokens, excluded);
    if (rule.train.storePoolOnly) {
      answer.reason = "store_pool_only: the vector is answered, not kept";
      if (request.class) answer.reason += ", and the class not followed";
      if (profileSymbols === undefined) {
        answer.reason += "; no profile names its symbols yet";
        return answer;
      }
      const layout = new Layout(name.metatokens, profileSymbols);
      const vector = [...layout.wholeVectorOf(features)];
      answer.neural_vec_mpack = encode(vector).toBase64();
      answer.neural_profile_digest = profileDigest(profileSymbols);
      return answer;
    }
    if (refusal !== undefined) {
      answer.reason = refusal;
      return answer;
    }
    if (features.symbols.length === 0) {
      answer.reason = "the scan has no symbol that counts";
      return answer;
    }
    if (!networks.has(batch.network)) {
      answer.reason = networks.add(batch.network);
      if (answer.reason !== undefined) return answer;
      batch.isNew = true;
    }
    const sample: Sample = {
      class: answer.class!,
      features: encodeSample(features),
      ...originOf(request),
    };
    answer.learned = true;
    batch.forecast?.add(sample);
    const limit = choice && "limit" in choice ? choice.limit : undefined;
    batch.entries.push({ sample, answer, limit });
    return answer;
  }

  /**
   * Notes what the scan is.
   *
   * What somebody says is believed, and not left to chance or balance; as
   * rspamd 4.x does, but unlike there the pool has a bound all the same.
   *
   * @returns why it is not to be learned
   */
  #chooseClass(
    answer: LearnAnswer,
    { train }: RuleConfig,
    request: LearnRequest,
    forecast: Forecast | undefined,
    choice: { class: MailClass } | { reason: string },
  ): string | undefined {
    if (request.class) {
      answer.class = request.class;
      return undefined;
    }
    if (train.frozen) {
      return "the model is frozen (train.frozen), and no class was given";
    }
    if (!train.autotrain) return "autotrain is off, and no class was given";
    if ("reason" in choice) return choice.reason;
    answer.class = choice.class;
    const { fresh } = forecast!;
    const admission = admit(train, choice.class, fresh, this.#random());
    return admission.admitted ? undefined : admission.reason;
  }

  async #keep(networks: Networks, batches: Batch[]): Promise<void> {
    const limit = networks.config.neurald.maxPool;
    await Promise.all(
      batches.filter(({ entries }) => entries.length > 0)
        .map(async ({ network, isNew, entries }) => {
          const { series } = network;
          try {
            const kept = await this.#withinLimit(series, entries);
            if (kept.length === 0) {
              if (isNew) networks.remove(network);
              return;
            }
            const samples = kept.map(({ sample }) => sample);
            const outcomes = await this.#store
              .addSamples(series, samples, limit);
            kept.forEach(({ answer }, i) => note(answer, outcomes[i]));
          } catch (error) {
            if (isNew) networks.remove(network);
            throw error;
          }
        }),
    );
  }

  /** Those that a day has room for; the answers of the others say so. */
  async #withinLimit(series: Series, entries: Entry[]): Promise<Entry[]> {
    const beyond = await beyondLimit(this.#store, series, entries);
    for (const [{ answer }, reason] of beyond) {
      answer.learned = false;
      answer.reason = reason;
    }
    return entries.filter((entry) => !beyond.has(entry));
  }
}

/** Whether autolearn is asked: where nothing else settles it. */
function isUndecided(
  { rule: { train }, network }: Target,
  { class: given, scan }: LearnRequest,
): boolean {
  return given === undefined && typeof network !== "string" &&
    !train.frozen && train.autotrain && !scan.passthrough;
}

/** Where the sample of a request comes from, and of which message it is. */
function originOf(
  { scan, class: given, source = "hand" }: LearnRequest,
): Pick<Sample, "source" | "message"> {
  return {
    source: given ? source : "auto",
    message: scan.messageId === undefined
      ? undefined
      : messageDigest(scan.messageId),
  };
}

function emptyBatch(network: Network): Batch {
  return { network, isNew: false, entries: [] };
}

/** Completes an answer by what became of its sample. */
function note(answer: LearnAnswer, outcome: SampleOutcome): void {
  answer.outcome = outcome;
  if (outcome !== "overruled") return;
  const taught: MailClass = answer.class === "spam" ? "ham" : "spam";
  answer.learned = false;
  answer.reason = `it was taught by hand as ${taught}`;
}
