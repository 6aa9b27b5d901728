import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { featuresOf } from "../../lib/features/features.ts";
import { metatokenNames } from "../../lib/features/metatokens.ts";
import { parseScan } from "../../lib/features/scan.ts";
import { openModel } from "../../lib/model/model.ts";
import { profileDigest } from "../../lib/model/profile.ts";
import { decodeRnm, RnmError, type RnmModel } from "../../lib/model/rnm.ts";
import { forward } from "../../lib/nn/forward.ts";
import { NetworkError } from "../../lib/nn/graph.ts";
import { encodeKann } from "../../lib/nn/kann.ts";
import { parseNormalization } from "../../lib/nn/normalization.ts";
import { decodeProjection } from "../../lib/nn/pca.ts";
import { toSparse } from "../../lib/nn/sparse.ts";
import { bytesAllocated } from "../nn/allocation.ts";
import { assertClose } from "../nn/close.ts";
import { graphOf, inputLeaf, operator } from "../nn/graphs.ts";
import { transformed } from "../nn/vectors.ts";
import { matrixOf, models, networkOf } from "./arbitrary_model.ts";

const folder = new URL("../fixtures/rspamd-4.1.6/", import.meta.url);
const fixture = (name: string) => new URL(name, folder);

Deno.test("a model answers by all of its parts, in rspamd's order", () => {
  fc.assert(fc.property(models, fc.nat(), (rnm, seed) => {
    const model = openModel(rnm);
    assertEquals(model.version, rnm.modelVersion);
    assertEquals(model.digest, rnm.profile!.digest);
    assertEquals(model.layout.symbols, rnm.profile!.symbols);
    assertEquals(model.layout.version, rnm.profile!.metatokenVersion);
    assertEquals(encodeKann(model.graph), rnm.ann);
    const vector = Array.from(
      { length: model.layout.length },
      (_, i) => Math.sin(seed + i),
    );
    const dense = transformed(vector, {
      normalization: rnm.normStats
        ? parseNormalization(rnm.normStats)
        : undefined,
      projection: rnm.pca && decodeProjection(rnm.pca),
    });
    const expected = forward(model.graph, dense)[0];
    assertClose(model.predictor.output(toSparse(vector)), expected, 1e-6);
  }));
});

Deno.test("a real rspamd's model answers its messages as rspamd did", () => {
  const profiles: Record<string, string[]> = JSON.parse(
    Deno.readTextFileSync(fixture("profiles.json")),
  );
  const lines = Deno.readTextFileSync(fixture("scans.jsonl")).trim()
    .split("\n").map((line) => JSON.parse(line));
  const { digest } = lines[0].rules.ZSCORE;
  const rnm = decodeRnm(Deno.readFileSync(fixture("ZSCORE.rnm")));
  const model = openModel(rnm, {
    digest,
    symbols: profiles[digest],
    metatokenVersion: 3,
  });
  for (const { rules, ...scan } of lines) {
    assertEquals(rules.ZSCORE.version, model.version);
    const features = featuresOf(parseScan(scan), 3, new Set());
    const output = model.predictor.output(model.layout.vectorOf(features));
    assertAlmostEquals(output, rules.ZSCORE.output, 1e-6);
  }
  const outputs = lines.map(({ rules }) => rules.ZSCORE.output);
  assert(outputs.some((x) => x > 0) && outputs.some((x) => x < 0));
});

const symbols = ["A", "B"];
const digest = profileDigest(symbols);
const profile = { digest, symbols, metatokenVersion: 1 };
const rnm: RnmModel = { modelVersion: 1, ann: networkOf(28, 0), profile };

/** Models whose parts do not fit, and what is said of them. */
const MISFITS: Record<string, [Partial<RnmModel>, string]> = {
  "no profile": [{ profile: undefined }, "does not say which symbols"],
  "unknown metatokens": [
    { profile: { ...profile, metatokenVersion: 2 } },
    "version 2 are unknown",
  ],
  "other metatokens": [
    { profile: { ...profile, metatokenVersion: 3 } },
    "28 inputs, and its profile names 48",
  ],
  "one symbol more": [
    {
      profile: {
        ...profile,
        symbols: ["A", "B", "C"],
        digest: profileDigest(["A", "B", "C"]),
      },
    },
    "28 inputs, and its profile names 29",
  ],
  "symbols that are not sorted": [
    { profile: { ...profile, symbols: ["B", "A"] } },
    "not sorted",
  ],
  "a symbol twice": [
    { profile: { ...profile, symbols: ["A", "A"] } },
    "a symbol twice",
  ],
  "another digest": [
    { profile: { ...profile, digest: profileDigest(["A"]) } },
    "digest of the profile is not that",
  ],
};

for (const [name, [part, message]] of Object.entries(MISFITS)) {
  Deno.test(`a model that does not fit its profile is refused: ${name}`, () => {
    assertThrows(() => openModel({ ...rnm, ...part }), RnmError, message);
  });
}

/** Models with a part that is damaged. */
const DAMAGED: Record<string, [Partial<RnmModel>, string]> = {
  "a network that is none": [{ ann: new Uint8Array(20) }, "KANN"],
  "an unknown normalisation": [
    { normStats: { mode: "l1" } },
    "norm_stats.mode",
  ],
  "a normalisation of other inputs": [
    { normStats: { mode: "zscore", mean: [1], std: [1] } },
    "1 inputs, and there are 28",
  ],
  "a matrix that is none": [{ pca: new Uint8Array(20) }, "PCA matrix"],
  "a matrix for another network": [{ pca: matrixOf(2, 28) }, "2 components"],
  "an input of gigabytes": [
    { ann: encodeKann(graphOf(inputLeaf(1, 2 ** 28), operator(6, [0]))) },
    "268435456 inputs",
  ],
};

for (const [name, [part, message]] of Object.entries(DAMAGED)) {
  Deno.test(`a model with ${name} is refused`, () => {
    const used = bytesAllocated(() => {
      assertThrows(() => openModel({ ...rnm, ...part }), NetworkError, message);
    });
    assert(used < 2 ** 20, `${used} bytes`);
  });
}

Deno.test("the length of the profile is that before the PCA", () => {
  const ann = networkOf(3, 0);
  const model = openModel({ ...rnm, ann, pca: matrixOf(3, 28) });
  assertEquals(model.layout.length, 28);
  assertThrows(
    () => openModel({ ...rnm, ann, pca: matrixOf(3, 27) }),
    RnmError,
    "27 inputs, and its profile names 28",
  );
});

Deno.test("metatokens alone are a profile", () => {
  for (const metatokenVersion of [1, 3] as const) {
    const { length } = metatokenNames(metatokenVersion);
    const model = openModel({
      modelVersion: 1,
      ann: networkOf(length, 2),
      profile: { digest: profileDigest([]), symbols: [], metatokenVersion },
    });
    assertEquals(model.layout.length, length);
  }
});
