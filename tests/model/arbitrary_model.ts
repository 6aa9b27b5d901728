/** Arbitrary models, with networks that fit their profiles. */

import fc from "fast-check";
import {
  metatokenNames,
  type MetatokenVersion,
} from "../../lib/features/metatokens.ts";
import { sortedNames } from "../../lib/features/symbol_names.ts";
import { profileDigest } from "../../lib/model/profile.ts";
import type { RnmModel } from "../../lib/model/rnm.ts";
import type { TrainingRecord } from "../../lib/model/training_record.ts";
import { linearGraph, symbolGraph } from "../../lib/nn/architectures.ts";
import { encodeKann } from "../../lib/nn/kann.ts";
import { Random } from "../../lib/nn/random.ts";
import { symbolNames } from "../features/arbitrary_features.ts";

/** What the inputs of a network may stand for. */
export const profiles = fc.record({
  symbols: fc.array(symbolNames, { maxLength: 6 }).map(sortedNames),
  metatokenVersion: fc.constantFrom<MetatokenVersion>(1, 3),
}).map((profile) => ({ ...profile, digest: profileDigest(profile.symbols) }));

/** A network of some inputs in KANN's format, with random weights. */
export function networkOf(
  inputs: number,
  hidden: number,
  seed = 1,
): Uint8Array<ArrayBuffer> {
  const random = new Random(seed);
  const layer = (outputs: number, columns: number) => ({
    weights: new Float32Array(outputs * columns).map(() => random.normal()),
    biases: new Float32Array(outputs).map(() => random.normal()),
  });
  return encodeKann(
    hidden === 0
      ? linearGraph(inputs, layer(1, inputs))
      : symbolGraph(inputs, [layer(hidden, inputs), layer(1, hidden)]),
  );
}

/** A PCA matrix as rspamd saves it. */
export function matrixOf(rows: number, columns: number, seed = 1): Uint8Array {
  const random = new Random(seed);
  const bytes = new Uint8Array(16 + 4 * rows * columns);
  const view = new DataView(bytes.buffer);
  [2, rows * columns, rows, columns].forEach((x, i) =>
    view.setInt32(4 * i, x, true)
  );
  for (let at = 16; at < bytes.length; at += 4) {
    view.setFloat32(at, random.normal(), true);
  }
  return bytes;
}

const finite = fc.double({ min: -1e9, max: 1e9, noNaN: true })
  .map((x) => x === 0 ? 0 : x);

function normStats(inputs: number): fc.Arbitrary<unknown> {
  const numbers = (min: number) =>
    fc.array(fc.double({ min, max: 4, noNaN: true }), {
      minLength: inputs,
      maxLength: inputs,
    }).map((values) => values.map((x) => x === 0 ? 0 : x));
  return fc.oneof(
    fc.constant(undefined),
    fc.constant({ mode: "unit" }),
    fc.record({
      mode: fc.constant("zscore"),
      mean: numbers(-4),
      std: numbers(0.25),
    }),
  );
}

const rates = fc.double({ min: 0, max: 1, noNaN: true })
  .map((x) => x === 0 ? 0 : x);
const counts = fc.record({ spam: fc.nat(), ham: fc.nat() });
const unknown = fc.constant(NaN);

/** What a file may say of a training. */
export const trainingRecords: fc.Arbitrary<TrainingRecord> = fc.record({
  architecture: fc.constantFrom("mlp", "linear"),
  seed: fc.integer(),
  trained_on: counts,
  figures: fc.record({
    auc: fc.oneof(rates, unknown),
    error: rates,
    fpr: fc.oneof(rates, unknown),
    fnr: fc.oneof(rates, unknown),
    tpr_at_fpr: fc.record({ "0.001": rates, "0.01": rates }),
    cost: fc.oneof(rates, unknown),
    n: counts,
  }),
});

/** Models that can be opened, with any of the parts that one may have. */
export const models: fc.Arbitrary<RnmModel> = fc.tuple(
  profiles,
  fc.integer({ min: 0, max: 3 }),
  fc.option(fc.integer({ min: 1, max: 4 })),
).chain(([profile, hidden, components]) => {
  const inputs = metatokenNames(profile.metatokenVersion).length +
    profile.symbols.length;
  return fc.record({
    modelVersion: fc.nat(),
    ann: fc.nat().map((seed) => networkOf(components ?? inputs, hidden, seed)),
    pca: fc.constant(
      components === null ? undefined : matrixOf(components, inputs),
    ),
    normStats: normStats(inputs),
    rocThresholds: fc.option(fc.tuple(finite, finite), { nil: undefined }),
    providersDigest: fc.option(fc.stringMatching(/^[0-9a-f]{16}$/), {
      nil: undefined,
    }),
    createdAt: fc.option(fc.nat(), { nil: undefined }),
    profile: fc.constant(profile),
    calibration: fc.option(
      fc.record({ slope: finite, intercept: finite }),
      { nil: undefined },
    ),
    training: fc.option(trainingRecords, { nil: undefined }),
  });
});
