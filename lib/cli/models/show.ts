/**
 * `neurald models show`
 *
 * @module
 */

import type { ModelDetails } from "../../engine/models/entry.ts";
import { parseTrainingRecord } from "../../model/training_record.ts";
import { defineCommand } from "../command.ts";
import { EXIT } from "../exit.ts";
import { metricsTable } from "../metrics_table.ts";
import {
  ageOf,
  inShort,
  samplesOf,
  stateOf,
  timeOf,
  whence,
} from "./describe.ts";
import { PLACE_FLAGS, withModels } from "./place.ts";
import { MODEL_FLAGS, referenceFrom } from "./reference.ts";

/** `neurald models show` */
export const showCommand = defineCommand({
  name: "models show",
  summary: "all that is known of a model",
  operands: "[MODEL]",
  maxOperands: 1,
  flags: {
    ...MODEL_FLAGS,
    ...PLACE_FLAGS,
    json: { kind: "switch", help: "print one JSON object, with all symbols" },
  },
  async run({ flags, operands, terminal }) {
    const reference = referenceFrom(flags, operands[0]);
    const model = await withModels(
      flags,
      terminal,
      (models) => models.show(reference),
    );
    if (flags.json) terminal.print(JSON.stringify(model));
    else linesAbout(model, Date.now() / 1000).forEach(terminal.print);
    return EXIT.good;
  },
});

function linesAbout(model: ModelDetails, now: number): string[] {
  const { origin, training, published_at, size } = model;
  const rows: [string, string | undefined][] = [
    ["model", `${model.id} ${stateOf(model)}`.trimEnd()],
    ["problem", model.problem],
    ["key", model.key],
    ["symbols", `${model.symbols}, digest ${model.digest.slice(0, 8)}`],
    ["metatokens", `version ${model.metatoken_version}`],
    ["providers digest", model.providers_digest],
    ["network", model.architecture],
    ["inputs", model.inputs?.toString()],
    ["size", size === undefined ? undefined : `${size} bytes`],
    ["since", published_at ? when(published_at, now) : undefined],
    ["last used", when(model.used_at, now)],
    ["why", origin && reasonFor(origin)],
    ["trained on", training && samplesOf(training.trained_on)],
    ["seed", training?.seed.toString()],
    ...(training?.cross_validation ?? []).map((one): [string, string] => [
      "cross-validation",
      `${one.architecture}: ${inShort(one)}`,
    ]),
  ];
  // JSON has no NaN, which is how figures say that they are unknown.
  const figures = parseTrainingRecord(training)?.figures;
  const told = rows.filter(([, text]) => text !== undefined);
  const width = Math.max(...told.map(([name]) => name.length));
  return [
    ...told.map(([name, text]) => `${name.padEnd(width)}  ${text}`),
    ...figures
      ? ["on samples that it was not trained on:"].concat(
        metricsTable(figures).map((line) => `  ${line}`),
      )
      : [],
  ];
}

function when(at: number, now: number): string {
  return `${timeOf(at)}, ${ageOf(now - at)}`;
}

function reasonFor(origin: NonNullable<ModelDetails["origin"]>): string {
  const what = whence(origin);
  switch (origin.kind) {
    case "rollback": {
      const { replaced, by } = origin;
      const from = replaced === undefined ? "" : ` from ${replaced}`;
      return `${what}${from}, by ${by}`;
    }
    case "imported":
      return `${what}, by ${origin.by}; SHA-256 ${origin.sha256}`;
    case "external":
      return `${what}, from ${origin.url}`;
    default:
      return what;
  }
}
