import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { contributionsTo } from "../../lib/model/explain.ts";
import { openModel } from "../../lib/model/model.ts";
import { profileDigest } from "../../lib/model/profile.ts";
import { linearGraph } from "../../lib/nn/architectures.ts";
import { OP } from "../../lib/nn/graph.ts";
import { encodeKann } from "../../lib/nn/kann.ts";
import { matrixOf, models, networkOf } from "./arbitrary_model.ts";

const symbols = ["A", "B", "C"];
const profile = {
  digest: profileDigest(symbols),
  symbols,
  metatokenVersion: 1,
};

Deno.test("contributions are named, and the strongest comes first", () => {
  const weights = new Float32Array(29);
  weights[0] = 0.01;
  weights.set([-1, 2, 4], 26);
  const graph = linearGraph(29, { weights, biases: Float32Array.of(0.25) });
  const model = openModel({ modelVersion: 1, ann: encodeKann(graph), profile });
  const vector = model.layout.vectorOf({
    version: 1,
    metatokens: new Array(26).fill(0).fill(1, 0, 1),
    symbols: ["C", "A", "unknown"],
    values: [0.5, 1, 1],
  });
  const all = contributionsTo(model, vector, 10)!;
  assertEquals(all.map(({ name, value }) => [name, value]), [
    ["C", 0.5],
    ["A", 1],
    ["base", undefined],
    ["size", 1],
  ]);
  const sum = all.reduce((sum, { contribution }) => sum + contribution, 0);
  assertAlmostEquals(sum, model.predictor.output(vector), 1e-9);
  assertEquals(contributionsTo(model, vector, 2), all.slice(0, 2));
  assertEquals(contributionsTo(model, vector, 0), []);
});

Deno.test("what PCA makes of a vector is explained by its symbols", () => {
  const model = openModel({
    modelVersion: 1,
    ann: networkOf(2, 0),
    pca: matrixOf(2, 29),
    profile,
  });
  const vector = model.layout.vectorOf({
    version: 1,
    metatokens: [],
    symbols: ["A"],
    values: [1],
  });
  const all = contributionsTo(model, vector, 10)!;
  assertEquals(all.map(({ name }) => name).sort(), ["A", "base"]);
  const sum = all.reduce((sum, { contribution }) => sum + contribution, 0);
  assertAlmostEquals(sum, model.predictor.output(vector), 1e-9);
});

Deno.test("a network of which an operator has no derivative is not explained", () => {
  const graph = linearGraph(29, {
    weights: new Float32Array(29),
    biases: Float32Array.of(0.25),
  });
  const nodes = graph.nodes.map((node) =>
    node.kind === "operator" && node.op === OP.tanh
      ? { ...node, op: OP.softmax }
      : node
  );
  const ann = encodeKann({ nodes });
  const model = openModel({ modelVersion: 1, ann, profile });
  const vector = model.layout.vectorOf({
    version: 1,
    metatokens: [],
    symbols: ["A"],
    values: [1],
  });
  assertEquals(contributionsTo(model, vector, 10), undefined);
});

Deno.test("every contribution has the name of its position", () => {
  fc.assert(fc.property(models, (rnm) => {
    const model = openModel(rnm);
    const { layout } = model;
    const vector = layout.vectorOf({
      version: layout.version,
      metatokens: [],
      symbols: [...layout.symbols],
      values: layout.symbols.map((_, i) => 0.1 + i / 10),
    });
    const all = contributionsTo(model, vector, Infinity)!;
    for (const { name, value } of all) {
      if (value === undefined) assertEquals(name, "base");
      else {assertEquals(
          layout.symbols.indexOf(name),
          Math.round(value * 10) - 1,
        );}
    }
    assertEquals(all.length, layout.symbols.length + 1);
  }));
});
