import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { collapse } from "../../lib/nn/affine.ts";
import type { Architecture } from "../../lib/nn/architectures.ts";
import { compareModels } from "../../lib/model/diff.ts";
import { type Model, openModel } from "../../lib/model/model.ts";
import { profileDigest } from "../../lib/model/profile.ts";
import { runTraining } from "../../lib/train/run.ts";
import { easySamples, jobOf } from "../train/corpus.ts";

/** A model that was trained on samples of which one symbol tells the class. */
function modelOf(
  architecture: Architecture,
  symbols: string[],
  options: Partial<Parameters<typeof jobOf>[1]> = {},
): Model {
  const job = jobOf(easySamples(100), { architecture, symbols, ...options });
  const { ann, normStats, pca } = runTraining(job, () => {});
  const digest = profileDigest(symbols);
  const profile = { digest, symbols, metatokenVersion: 3 };
  return openModel({ modelVersion: 1, ann, normStats, pca, profile });
}

const SYMBOLS = ["BAD", "GOOD", "X"];

Deno.test("of weighted sums the weights are compared, by name", () => {
  const from = modelOf("linear", SYMBOLS);
  const to = modelOf("symbol", ["BAD", "GOOD", "Y"]);
  const { measure, changes } = compareModels(from, to)!;
  assertEquals(measure, "weight");
  assertEquals(changes.length, 46 + 4);
  const before = collapse(from.graph)!.weights;
  const after = collapse(to.graph)!.weights;
  const changeOf = (name: string) =>
    changes.find((change) => change.name === name)!;
  assertEquals(changeOf("BAD"), {
    name: "BAD",
    from: before[46],
    to: after[46],
    change: after[46] - before[46],
  });
  assertEquals(changeOf("X").to, null);
  assertEquals(changeOf("X").change, -before[48]);
  assertEquals(changeOf("Y").from, null);
  const sizes = changes.map(({ change }) => Math.abs(change));
  assertEquals(sizes, sizes.toSorted((a, b) => b - a));
});

Deno.test("with hidden units it is what an input alone adds", () => {
  const from = modelOf("linear", SYMBOLS);
  const to = modelOf("mlp", SYMBOLS);
  const { measure, changes } = compareModels(from, to)!;
  assertEquals(measure, "contribution");
  const bad = changes.find(({ name }) => name === "BAD")!;
  const alone = (model: Model) => {
    const output = (indices: number[]) =>
      model.predictor.output({
        length: model.layout.length,
        indices,
        values: indices.map(() => 1),
      });
    return output([46]) - output([]);
  };
  assertAlmostEquals(bad.from!, alone(from), 1e-6);
  assertAlmostEquals(bad.to!, alone(to), 1e-6);
  assert(bad.to! > 0);
});

Deno.test("what is done to the inputs before belongs to their weights", () => {
  const plain = modelOf("linear", SYMBOLS);
  const scaled = modelOf("symbol", SYMBOLS, { normalization: "zscore" });
  const { normalization } = scaled.transform;
  assert(normalization?.mode === "zscore");
  const { measure, changes } = compareModels(plain, scaled)!;
  assertEquals(measure, "weight");
  const weight = collapse(scaled.graph)!.weights[46];
  const bad = changes.find(({ name }) => name === "BAD")!;
  assertEquals(bad.to, weight / normalization.std[46]);
  const unit = modelOf("symbol", SYMBOLS, { normalization: "unit" });
  assertEquals(compareModels(plain, unit)!.measure, "contribution");
});
