/**
 * How full the pools are, and what they lack.
 *
 * @module
 */

import { MAIL_CLASSES, type MailClass } from "../../features/mail_class.ts";
import { type Family, gauge, type Sample } from "../../metrics/family.ts";
import { Lines } from "../../metrics/lines.ts";
import type { Overview, Series } from "../../store/store.ts";
import type { Network } from "../network.ts";
import { nextTraining } from "../pools.ts";

/** Samples of lines of networks that have the same labels. */
interface Samples {
  fresh: Record<MailClass, number>;
  retained: Record<MailClass, number>;
  quarantined: number;
  /** How many more the line needs that needs least; Infinity if none trains. */
  missing: Record<MailClass, number>;
}

const STATES = ["fresh", "retained"] as const;

/**
 * Describes the pools of lines of networks.
 *
 * @param overviews those that are absent are left out
 * @param now unix time in seconds
 */
export function poolFamilies(
  networks: readonly Network[],
  overviews: ReadonlyMap<Series, Overview>,
  now: number,
): Family[] {
  const lines = new Lines<Samples>(() => ({
    fresh: { spam: 0, ham: 0 },
    retained: { spam: 0, ham: 0 },
    quarantined: 0,
    missing: { spam: Infinity, ham: Infinity },
  }));
  for (const network of networks) {
    const overview = overviews.get(network.series);
    if (!overview) continue;
    const { counts } = overview;
    const line = lines.of(network.rule.name, network.name.settings);
    const next = nextTraining(network, counts, now);
    line.quarantined += counts.quarantined;
    for (const mailClass of MAIL_CLASSES) {
      for (const state of STATES) {
        line[state][mailClass] += counts[state][mailClass];
      }
      if (next.kept_back !== undefined) continue;
      line.missing[mailClass] = Math.min(
        line.missing[mailClass],
        next.missing[mailClass],
      );
    }
  }
  const samples: Sample[] = [];
  const quarantined: Sample[] = [];
  const missing: Sample[] = [];
  for (const { labels, figures } of lines.list()) {
    quarantined.push({ labels, value: figures.quarantined });
    for (const mailClass of MAIL_CLASSES) {
      const ofClass = { ...labels, class: mailClass };
      const lacks = figures.missing[mailClass];
      if (lacks < Infinity) missing.push({ labels: ofClass, value: lacks });
      for (const state of STATES) {
        const value = figures[state][mailClass];
        samples.push({ labels: { ...ofClass, state }, value });
      }
    }
  }
  return [
    gauge(
      "neurald_pool_samples",
      "Samples that are kept to learn from: fresh ones no training has seen.",
      samples,
    ),
    gauge(
      "neurald_pool_quarantined_samples",
      "Samples that could not be read, and were set aside.",
      quarantined,
    ),
    gauge(
      "neurald_pool_missing_samples",
      "How many more samples are needed until the next training by itself.",
      missing,
    ),
  ];
}
