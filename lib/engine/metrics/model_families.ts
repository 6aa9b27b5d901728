/**
 * Which models are in service, and how good they are.
 *
 * @module
 */

import { MAIL_CLASSES } from "../../features/mail_class.ts";
import { type Family, gauge, type Sample } from "../../metrics/family.ts";
import { OTHER } from "../../metrics/label_values.ts";
import { type LineLabels, Lines } from "../../metrics/lines.ts";
import { publishedAt } from "../../model/stored_model.ts";
import type { LiveModel, Network } from "../network.ts";

/** A number that a model may have. */
interface Figure {
  name: string;
  help: string;
  of: (live: LiveModel) => number | undefined;
}

const FIGURES: readonly Figure[] = [
  {
    name: "neurald_model_version",
    help: "Version of the model in service.",
    of: ({ model }) => model.version,
  },
  {
    name: "neurald_model_published_timestamp_seconds",
    help: "When the model in service was published, in unix time.",
    of: (live) => publishedAt(live),
  },
  {
    name: "neurald_model_loaded_timestamp_seconds",
    help: "Since when this process serves the model, in unix time.",
    of: ({ since }) => since,
  },
  {
    name: "neurald_model_auc",
    help: "Area under the model's ROC curve on samples held out, 1 at best.",
    of: ({ training }) => training?.figures?.auc,
  },
  {
    name: "neurald_model_error_ratio",
    help: "Share of the samples held out that the model misjudges.",
    of: ({ training }) => training?.figures?.error,
  },
  {
    name: "neurald_model_false_positive_ratio",
    help: "Share of the ham held out that the model takes for spam.",
    of: ({ training }) => training?.figures?.fpr,
  },
  {
    name: "neurald_model_false_negative_ratio",
    help: "Share of the spam held out that the model takes for ham.",
    of: ({ training }) => training?.figures?.fnr,
  },
];

/** Describes the models of lines of networks. */
export function modelFamilies(networks: readonly Network[]): Family[] {
  const inService: Sample[] = [];
  const known: [LineLabels, LiveModel][] = [];
  for (const { labels, figures: { live } } of newestByLine(networks)) {
    inService.push({ labels, value: live ? 1 : 0 });
    if (live) known.push([labels, live]);
  }
  return [
    gauge(
      "neurald_model_in_service",
      "Whether there is a model that scores.",
      inService,
    ),
    ...FIGURES.map(({ name, help, of }) =>
      gauge(
        name,
        help,
        known.flatMap(([labels, live]) => {
          const value = of(live);
          return value === undefined ? [] : [{ labels, value }];
        }),
      )
    ),
    gauge(
      "neurald_model_training_samples",
      "Samples that the model in service was trained on.",
      known.flatMap(([labels, { training }]) =>
        MAIL_CLASSES.flatMap((mailClass) => {
          const value = training?.trained_on?.[mailClass];
          const ofClass = { ...labels, class: mailClass };
          return value === undefined ? [] : [{ labels: ofClass, value }];
        })
      ),
    ),
  ];
}

/**
 * The model of each line, of those for several metatoken versions the one that
 * came last. Nothing is told of those that have no labels of their own.
 */
function newestByLine(networks: readonly Network[]) {
  const lines = new Lines<{ live?: LiveModel }>(() => ({}));
  for (const { rule, name, live } of networks) {
    const line = lines.of(rule.name, name.settings);
    if (live && !(line.live && line.live.since > live.since)) line.live = live;
  }
  return lines.list().filter(({ labels }) =>
    labels.rule !== OTHER && labels.settings !== OTHER
  );
}
