/**
 * Learning of whole vectors, as rspamd's controller is sent them.
 *
 * @module
 */

import type { Layout } from "../features/layout.ts";
import { MAIL_CLASSES, type MailClass } from "../features/mail_class.ts";
import { encodeSample } from "../features/sample.ts";
import type { Sample, SampleOutcome, Store } from "../store/store.ts";
import type { LearnCounts } from "./metrics/learn_counts.ts";
import type { Network } from "./network.ts";
import type { Networks } from "./networks.ts";
import { Turns } from "./turns.ts";

/** A vector that fits no profile. The message names it. */
export class VectorError extends Error {
  override name = "VectorError";
}

/**
 * Learns whole vectors, laid out as those of the model in service, or as the
 * configured profile. Nothing is learned unless all of them can be.
 *
 * @returns the networks that learned something
 * @throws {VectorError} when one does not fit; it names the vector
 * @throws {UnknownRuleError} when the rule is unknown
 * @throws {import("../store/store.ts").StoreError} when the store fails
 */
export async function learnVectors(
  store: Store,
  networks: Networks,
  ruleName: string,
  vectors: Record<MailClass, number[][]>,
  counts: LearnCounts,
): Promise<Network[]> {
  const [rule] = networks.rules(ruleName);
  const layouts = networks.layoutsOf(rule);
  const samples = new Map<Network, Sample[]>();
  const turns = new Turns();
  for (const mailClass of MAIL_CLASSES) {
    for (const [i, vector] of vectors[mailClass].entries()) {
      await turns.next();
      const fitting = layouts.find(({ layout }) =>
        layout.length === vector.length
      );
      if (!fitting) {
        throw new VectorError(
          misfit(`${mailClass}_vec[${i}]`, vector, layouts),
        );
      }
      const { network, layout } = fitting;
      const features = encodeSample(layout.featuresOf(vector));
      if (!samples.has(network)) samples.set(network, []);
      samples.get(network)!
        .push({ class: mailClass, features, source: "vectors" });
    }
  }
  const limit = networks.config.neurald.maxPool;
  await Promise.all(
    [...samples].map(async ([{ series }, batch]) => {
      let outcomes: SampleOutcome[] = [];
      try {
        outcomes = await store.addSamples(series, batch, limit);
      } finally {
        for (const [i, { class: mailClass }] of batch.entries()) {
          const outcome = outcomes[i];
          counts.add(rule.name, { learned: true, class: mailClass, outcome });
        }
      }
    }),
  );
  return [...samples.keys()];
}

function misfit(
  field: string,
  vector: number[],
  layouts: { layout: Layout }[],
): string {
  if (layouts.length === 0) {
    return `${field}: no profile says what its elements mean; configure one (profile), or learn scans first`;
  }
  const lengths = layouts.map(({ layout }) => layout.length).join(" or ");
  return `${field}: ${vector.length} elements; ${lengths} are needed`;
}
