import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  fromFields,
  toFields,
  trainingOf,
} from "../../lib/model/stored_model.ts";
import type { ModelTraining } from "../../lib/model/stored_model.ts";
import { openModel } from "../../lib/model/model.ts";
import { profileDigest } from "../../lib/model/profile.ts";
import { RnmError, type RnmModel } from "../../lib/model/rnm.ts";
import type { TrainingRecord } from "../../lib/model/training_record.ts";
import { measure } from "../../lib/nn/quality/metrics.ts";
import type { ProfileRecord } from "../../lib/store/store.ts";
import { compress, decompress } from "../../lib/zstd.ts";
import { matrixOf, models, networkOf } from "./arbitrary_model.ts";

const record: TrainingRecord = {
  architecture: "symbol",
  seed: 7,
  trained_on: { spam: 10, ham: 20 },
  figures: measure(Float64Array.of(0.5, -0.5), Uint8Array.of(1, 0)),
};
const training: ModelTraining = {
  ...record,
  at: 1_700_000_000,
  usages: 2,
  held_out: { spam: 0.125, ham: 0.1 },
  calibration: { slope: 1.75, intercept: -0.1 },
  costs: [0.5, 0.25],
  duration_ms: 12,
};

const symbols = ["A", "B"];
const profile: ProfileRecord = {
  digest: profileDigest(symbols),
  symbols,
  version: 4,
  redis_key: "rn_default_default_x_4",
  providers_digest: "0123456789abcdef",
};
const ann = networkOf(28, 3);
const json = (value: unknown) =>
  new TextEncoder().encode(JSON.stringify(value));

Deno.test("a model is put together from the fields that it was taken apart into", () => {
  const fields = toFields({ ann }, training);
  assertEquals(Object.keys(fields).toSorted(), [
    "ann",
    "roc_thresholds",
    "training",
  ]);
  assertEquals(trainingOf(fields), training);
  assertEquals(fromFields(fields, profile, 1), {
    modelVersion: 4,
    ann,
    pca: undefined,
    normStats: undefined,
    rocThresholds: undefined,
    providersDigest: "0123456789abcdef",
    profile: { digest: profile.digest, symbols, metatokenVersion: 1 },
    calibration: training.calibration,
    training: record,
  });
  openModel(fromFields(fields, profile, 1));
});

function withoutDate({ createdAt: _, ...model }: RnmModel): RnmModel {
  return model;
}

Deno.test("every part of a model comes back as it was", () => {
  fc.assert(
    fc.property(models, (model) => {
      const { profile, modelVersion, calibration } = model;
      const known = model.training ?? record;
      const fields = toFields(model, { ...training, ...known, calibration });
      assertEquals(
        fromFields(fields, {
          digest: profile!.digest,
          symbols: profile!.symbols,
          version: modelVersion,
          redis_key: "key",
          providers_digest: model.providersDigest,
        }, profile!.metatokenVersion),
        // Only files tell when a model was made.
        { ...withoutDate(model), training: known },
      );
    }),
    { numRuns: 50 },
  );
});

Deno.test("a model is read without a record that makes no sense", () => {
  for (const odd of [null, 1, "mlp", [], {}, { architecture: "mlp" }]) {
    const fields = { ...toFields({ ann }, training), training: json(odd) };
    assertEquals(fromFields(fields, profile, 1).training, undefined);
  }
});

Deno.test("parts are written as rspamd writes them", () => {
  const normStats = { mode: "zscore", mean: [0.5], std: [2] };
  const fields = toFields({
    ann,
    pca: matrixOf(2, 3),
    normStats,
    rocThresholds: [0.25, 0],
  }, training);
  const text = (name: string) => new TextDecoder().decode(fields[name]);
  assertEquals(text("roc_thresholds"), "[0.25,0]");
  assertEquals(text("norm_stats"), '{"mode":"zscore","mean":[0.5],"std":[2]}');
  assertEquals(decompress(fields.pca, 1000), matrixOf(2, 3));
});

Deno.test("thresholds that rspamd wrote are read", () => {
  for (
    const [written, expected] of [
      ["[]", undefined],
      ["[0.550057,0.550057]", [0.550057, 0.550057]],
      ["[-0.999843,-0.999843]", [-0.999843, -0.999843]],
    ] as const
  ) {
    const fields = {
      ann: compress(ann),
      roc_thresholds: new TextEncoder().encode(written),
    };
    const rnm = fromFields(fields, profile, 1);
    assertEquals(rnm.rocThresholds, expected as [number, number] | undefined);
    assertEquals(openModel(rnm).rocThresholds, rnm.rocThresholds);
  }
});

Deno.test("the fields that rspamd writes besides are read", () => {
  const pca = matrixOf(28, 28);
  const norm_stats = { mode: "unit" };
  const fields = {
    ann: compress(ann),
    pca: compress(pca),
    norm_stats: json(norm_stats),
    lock: json(1),
    hostname: json("mail"),
  };
  const model = fromFields(fields, profile, 1);
  assertEquals(model.pca, pca);
  assertEquals(model.normStats, norm_stats);
  assertEquals(trainingOf(fields), undefined);
  openModel(model);
});

Deno.test("a field that is missing or damaged is named", () => {
  const fields = toFields({ ann }, training);
  const bytes = Uint8Array.of(1, 2, 3);
  for (
    const [damaged, message] of [
      [{ training: fields.training }, "no field ann"],
      [{ ...fields, ann: bytes }, "field ann: "],
      [{ ...fields, ann: fields.ann.slice(0, -5) }, "field ann: "],
      [{ ...fields, pca: bytes }, "field pca: "],
      [{ ...fields, norm_stats: bytes }, "field norm_stats: "],
      [{ ...fields, roc_thresholds: bytes }, "field roc_thresholds: "],
      [{ ...fields, roc_thresholds: json([1]) }, "roc_thresholds: two"],
      [{ ...fields, roc_thresholds: json(["1", 2]) }, "roc_thresholds: two"],
      [{ ...fields, ann: compress(new Uint8Array(65 << 20)) }, "field ann: "],
    ] as const
  ) {
    assertThrows(() => fromFields(damaged, profile, 1), RnmError, message);
  }
  assertThrows(
    () => trainingOf({ ...fields, training: bytes }),
    RnmError,
    "field training: ",
  );
});
