import { assert, assertEquals, assertThrows } from "@std/assert";
import { createHash } from "node:crypto";
import { decode, encode } from "@msgpack/msgpack";
import fc from "fast-check";
import {
  decodeRnm,
  encodeRnm,
  RnmError,
  type RnmModel,
} from "../../lib/model/rnm.ts";
import { compress } from "../../lib/zstd.ts";
import { bytesAllocated } from "../nn/allocation.ts";
import { models, networkOf } from "./arbitrary_model.ts";

Deno.test("a model is read as it was written, plain or packed", () => {
  fc.assert(fc.property(models, (model) => {
    const file = encodeRnm(model);
    assertEquals(decodeRnm(file), model);
    assertEquals(decodeRnm(compress(file)), model);
  }));
});

Deno.test("a model without a profile is a model", () => {
  const model: RnmModel = { modelVersion: 0, ann: new Uint8Array(3) };
  assertEquals(decodeRnm(encodeRnm(model)), {
    ...model,
    pca: undefined,
    normStats: undefined,
    rocThresholds: undefined,
    providersDigest: undefined,
    createdAt: undefined,
    profile: undefined,
    calibration: undefined,
    training: undefined,
  });
});

Deno.test("bytes are written as MessagePack strings, which rspamd reads", () => {
  const [model] = fc.sample(models, 1);
  const file = encodeRnm({ ...model, pca: new Uint8Array(5) });
  const map = decode(file, { rawStrings: true }) as Record<string, unknown>;
  assert(map.ann_data instanceof Uint8Array);
  assert(map.pca_data instanceof Uint8Array);
  for (const type of [0xc4, 0xc5, 0xc6]) {
    // No key is followed by the type that is meant for bytes.
    for (const key of ["ann_data", "pca_data"]) {
      const at = indexOf(file, new TextEncoder().encode(key)) + key.length;
      assert(file[at] !== type, `${key}: ${type}`);
    }
  }
});

function indexOf(bytes: Uint8Array, part: Uint8Array): number {
  return bytes.findIndex((_, i) => part.every((x, k) => bytes[i + k] === x));
}

Deno.test("the file of a real rspamd is read", () => {
  const url = new URL("../fixtures/rspamd-4.1.6/ZSCORE.rnm", import.meta.url);
  const model = decodeRnm(Deno.readFileSync(url));
  assertEquals(model.modelVersion, 1);
  assertEquals(model.createdAt, 1_795_289_408);
  // It writes an empty list where there are none.
  assertEquals(model.rocThresholds, undefined);
  assertEquals(model.pca, undefined);
  assertEquals(model.profile, undefined);
  const stats = model.normStats as { mode: string; mean: number[] };
  assertEquals(stats.mode, "zscore");
  assertEquals(stats.mean.length, 106);
});

const packed = compress(networkOf(1, 0));
const good = { magic: "RNM1", version: 1, model_version: 2, ann_data: packed };

Deno.test("bytes may come as bytes too, and keys that are not known do not matter", () => {
  const model = decodeRnm(encode({ ...good, unknown: [1, { a: null }] }));
  assertEquals(model.ann, networkOf(1, 0));
  assertEquals(model.modelVersion, 2);
  const { model_version: _, ...first } = good;
  assertEquals(decodeRnm(encode(first)).modelVersion, 1);
  const nothing = { pca_data: null, norm_stats: null, profile: null };
  const without = { roc_thresholds: null, created_at: null };
  assertEquals(decodeRnm(encode({ ...good, ...nothing, ...without })), model);
});

const noText = { toString: 1 };
const profile = { digest: "x", symbols: [], metatoken_version: 3 };

/** Maps that are no model, and what is said of them. */
const NO_MODELS: [unknown, string][] = [
  [null, "it holds no map"],
  [[], "it holds no map"],
  [1, "it holds no map"],
  ["RNM1", "magic is not RNM1"],
  [{}, "magic is not RNM1"],
  [{ ...good, magic: "RNM2" }, "magic is not RNM1"],
  [{ ...good, magic: noText }, "magic is not RNM1"],
  [{ ...good, version: 2 }, "version: only 1"],
  [{ ...good, version: "1" }, "version: only 1"],
  [{ ...good, version: noText }, "version: only 1"],
  [{ ...good, model_version: -1 }, "model_version:"],
  [{ ...good, model_version: 0.5 }, "model_version:"],
  [{ ...good, model_version: "1" }, "model_version:"],
  [{ ...good, model_version: noText }, "model_version:"],
  [{ ...good, ann_data: null }, "ann_data is missing"],
  [{ ...good, ann_data: 1 }, "ann_data: bytes are needed"],
  [{ ...good, ann_data: new Uint8Array(9) }, "ann_data: no zstd data"],
  [{ ...good, ann_data: packed.slice(0, -3) }, "ann_data:"],
  [{ ...good, pca_data: "" }, "pca_data: no zstd data"],
  [{ ...good, pca_data: [] }, "pca_data: bytes are needed"],
  [{ ...good, roc_thresholds: 1 }, "roc_thresholds:"],
  [{ ...good, roc_thresholds: [1] }, "roc_thresholds:"],
  [{ ...good, roc_thresholds: [1, 2, 3] }, "roc_thresholds:"],
  [{ ...good, roc_thresholds: [1, NaN] }, "roc_thresholds:"],
  [{ ...good, roc_thresholds: [1, "2"] }, "roc_thresholds:"],
  [{ ...good, created_at: "now" }, "created_at:"],
  [{ ...good, created_at: Infinity }, "created_at:"],
  [{ ...good, profile: 1 }, "profile.digest:"],
  [{ ...good, profile: "profile" }, "profile.digest:"],
  [{ ...good, profile: [] }, "profile.digest:"],
  [{ ...good, profile: { ...profile, digest: 1 } }, "profile.digest:"],
  [{ ...good, profile: { ...profile, symbols: "A" } }, "profile.symbols:"],
  [{ ...good, profile: { ...profile, symbols: [1] } }, "profile.symbols:"],
  [{ ...good, profile: { ...profile, symbols: [[]] } }, "profile.symbols:"],
  [
    { ...good, profile: { ...profile, symbols: new Array(65_537).fill("A") } },
    "profile.symbols:",
  ],
  [
    { ...good, profile: { ...profile, metatoken_version: "3" } },
    "profile.metatoken_version:",
  ],
];

for (const [map, message] of NO_MODELS) {
  Deno.test(`no model: ${JSON.stringify(map).slice(-60)}`, () => {
    assertThrows(() => decodeRnm(encode(map)), RnmError, message);
  });
}

/** What is wrong with the record of a training, and the part that is named. */
const NO_RECORDS: [unknown, string][] = [
  [1, "training.architecture:"],
  [{ architecture: "a".repeat(65) }, "training.architecture:"],
  [{ seed: 0.5 }, "training.seed:"],
  [{ trained_on: null }, "training.trained_on:"],
  [{ trained_on: { spam: -1, ham: 1 } }, "training.trained_on:"],
  [{ figures: { auc: 1.5 } }, "training.figures.auc:"],
  [{ figures: { fnr: "0" } }, "training.figures.fnr:"],
  [{ figures: { cost: Infinity } }, "training.figures.cost:"],
  [{ figures: { tpr_at_fpr: { "0.1": 2 } } }, "training.figures.tpr_at_fpr:"],
  [
    { figures: { tpr_at_fpr: Object.fromEntries(new Array(65).entries()) } },
    "training.figures.tpr_at_fpr: too many",
  ],
  [{ figures: { n: {} } }, "training.figures.n:"],
];

Deno.test("a record of a training that cannot be is refused", () => {
  const record = {
    architecture: "mlp",
    seed: 1,
    trained_on: { spam: 1, ham: 1 },
    figures: { n: { spam: 1, ham: 1 } },
  };
  decodeRnm(encode({ ...good, training: record }));
  for (const [wrong, message] of NO_RECORDS) {
    const training = typeof wrong === "object"
      ? { ...record, ...wrong }
      : wrong;
    assertThrows(
      () => decodeRnm(encode({ ...good, training })),
      RnmError,
      message,
    );
  }
});

/** The checksum of `good`, put together by hand. */
function sumOfGood(): string {
  const text = (name: string) => [...new TextEncoder().encode(name)];
  return createHash("sha256").update(Uint8Array.from([
    ...[0xa8, ...text("ann_data"), 0xc4, packed.length, ...packed],
    ...[0xa5, ...text("magic"), 0xc4, 4, ...text("RNM1")],
    ...[0xad, ...text("model_version"), 2],
    ...[0xa7, ...text("version"), 1],
  ])).digest("hex");
}

Deno.test("a checksum has to fit what the file holds, not how", () => {
  const sha256 = sumOfGood();
  const entries = Object.entries({ ...good, sha256 });
  for (const order of [entries, entries.toReversed()]) {
    decodeRnm(encode(Object.fromEntries(order)));
  }
  for (
    const damaged of [
      { ...good, sha256: sha256.replace(/^./, (x) => x === "0" ? "1" : "0") },
      { ...good, sha256: sha256.slice(1) },
      { ...good, sha256: null },
      { ...good, sha256, model_version: 3 },
      { ...good, sha256, another: 1 },
    ]
  ) {
    assertThrows(() => decodeRnm(encode(damaged)), RnmError, "sha256: ");
  }
});

Deno.test("what is no MessagePack is no model", () => {
  for (
    const bytes of [
      [],
      [0xc1],
      [0x81],
      [0x28, 0xb5],
      [0x28, 0xb5, 0x2f, 0xfd, 0x00],
      [...encode(good), 0],
      [...new TextEncoder().encode("RNM1 is a file")],
    ]
  ) {
    assertThrows(() => decodeRnm(Uint8Array.from(bytes)), RnmError);
  }
});

/** MessagePack of a good model, and of one key more with this value. */
function withValue(key: string, value: number[]): Uint8Array {
  const entries = Object.entries(good)
    .flatMap(([key, value]) => [...encode(key), ...encode(value)]);
  return Uint8Array.from([0x85, ...entries, ...encode(key), ...value]);
}

Deno.test("values that are nested deeply are refused, or ignored where unknown", () => {
  const depth = 100_000;
  for (const [opening, end] of [[[0x91], [1]], [[0x81, 0xa1, 0x61], [1]]]) {
    const deep = Array.from({ length: depth }, () => opening).flat();
    for (const key of ["norm_stats", "unknown"]) {
      decodeRnm(withValue(key, [...deep, ...end]));
    }
    for (const key of ["profile", "roc_thresholds", "magic", "version"]) {
      assertThrows(
        () => decodeRnm(withValue(key, [...deep, ...end])),
        RnmError,
      );
    }
  }
});

Deno.test("lists that are longer than the file take no memory", () => {
  const used = bytesAllocated(() => {
    const list = [0xdd, 0x01, 0xff, 0xff, 0xff, 1];
    assertThrows(() => decodeRnm(withValue("norm_stats", list)), RnmError);
  });
  assert(used < 2 ** 16, `${used} bytes`);
});

Deno.test("a file that unpacks to more than 64 MiB is refused", () => {
  const bomb = compress(new Uint8Array(65 * 2 ** 20));
  assert(bomb.length < 2 ** 16);
  const used = bytesAllocated(() => {
    assertThrows(() => decodeRnm(bomb), RnmError, "the file: ");
    const inside = encode({ ...good, ann_data: bomb });
    assertThrows(() => decodeRnm(inside), RnmError, "ann_data: ");
  });
  assert(used < 2 ** 20, `${used} bytes`);
  assertThrows(
    () => decodeRnm(new Uint8Array(64 * 2 ** 20 + 1)),
    RnmError,
    "larger than 67108864",
  );
});
