import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Layout } from "../../lib/features/layout.ts";
import {
  metatokenNames,
  type MetatokenVersion,
} from "../../lib/features/metatokens.ts";
import { sortedNames } from "../../lib/features/symbol_names.ts";
import { merged, type MergedNetwork } from "../../lib/model/merge.ts";
import { type Model, openModel } from "../../lib/model/model.ts";
import { profileDigest } from "../../lib/model/profile.ts";
import type { RnmModel } from "../../lib/model/rnm.ts";
import { assertClose } from "../nn/close.ts";
import { symbolNames } from "../features/arbitrary_features.ts";
import { networkOf } from "./arbitrary_model.ts";

const METATOKENS: MetatokenVersion = 3;
const HIDDEN = 3;

const symbols = fc.array(symbolNames, { maxLength: 6 }).map(sortedNames);
const shares = fc.double({ min: 0, max: 1, noNaN: true });
const seeds = fc.nat(1000);

function modelOf(
  symbols: string[],
  ann: Uint8Array,
  fields: Partial<RnmModel> = {},
  metatokenVersion = METATOKENS,
): Model {
  const digest = profileDigest(symbols);
  const profile = { symbols, digest, metatokenVersion };
  return openModel({ modelVersion: 1, ann, profile, ...fields });
}

function randomModel(symbols: string[], hidden: number, seed: number): Model {
  const inputs = metatokenNames(METATOKENS).length + symbols.length;
  return modelOf(symbols, networkOf(inputs, hidden, seed));
}

function asModel(network: MergedNetwork | string): Model {
  if (typeof network === "string") throw new Error(network);
  return modelOf([...network.symbols], network.ann);
}

/** What a model answers, before it is squeezed between −1 and 1. */
function answer(model: Model, fired: readonly string[], seed: number): number {
  // Small ones, whose answers do not round to 1.
  const metatokens = metatokenNames(METATOKENS)
    .map((_, i) => Math.sin(seed + i) / 100);
  const layout = new Layout(METATOKENS, model.layout.symbols);
  const output = model.predictor.output(layout.vectorOf({
    version: METATOKENS,
    metatokens,
    symbols: [...fired],
    values: fired.map((_, i) => (i + 1) / 100),
  }));
  return Math.atanh(output);
}

Deno.test("the answers of merged linear networks lie between", () => {
  fc.assert(fc.property(
    symbols,
    symbols,
    symbols,
    shares,
    seeds,
    (ours, theirs, fired, share, seed) => {
      const first = randomModel(theirs, 0, seed);
      const second = randomModel(ours, 0, seed + 1);
      const model = asModel(merged(first, second, { share }));
      assertEquals(
        model.layout.symbols,
        sortedNames([...ours, ...theirs]),
      );
      const expected = share * answer(first, fired, seed) +
        (1 - share) * answer(second, fired, seed);
      assertClose(answer(model, fired, seed), expected, 1e-3);
    },
  ));
});

Deno.test("with a share of 1 or 0 one of the two is left", () => {
  fc.assert(fc.property(symbols, symbols, seeds, (names, fired, seed) => {
    for (const hidden of [0, HIDDEN]) {
      const first = randomModel(names, hidden, seed);
      const second = randomModel(names, hidden, seed + 1);
      for (const [share, only] of [[1, first], [0, second]] as const) {
        const model = asModel(merged(first, second, { share }));
        assertClose(
          answer(model, fired, seed),
          answer(only, fired, seed),
          1e-3,
        );
      }
    }
  }));
});

Deno.test("merged networks have the symbols that are asked for", () => {
  fc.assert(fc.property(symbols, symbols, symbols, (ours, theirs, names) => {
    const network = merged(
      randomModel(ours, HIDDEN, 1),
      randomModel(theirs, HIDDEN, 2),
      { share: 0.5, symbols: names },
    );
    assertEquals(asModel(network).layout.symbols, names);
  }));
});

Deno.test("what cannot be merged is told", () => {
  const names = ["A", "B"];
  const plain = randomModel(names, HIDDEN, 1);
  const scaled = modelOf(
    names,
    networkOf(metatokenNames(METATOKENS).length + 2, HIDDEN),
    { normStats: { mode: "unit" } },
  );
  const older = modelOf(
    names,
    networkOf(metatokenNames(1).length + 2, HIDDEN),
    {},
    1,
  );
  const cases: [Model, string][] = [
    [randomModel(names, HIDDEN + 1, 1), "their architectures differ"],
    [randomModel(names, 0, 1), "their architectures differ"],
    [scaled, "their vectors are scaled or projected, each in its own way"],
    [older, "they are for different metatokens"],
  ];
  for (const [other, reason] of cases) {
    assertEquals(merged(plain, other, { share: 0.5 }), reason);
    assertEquals(merged(other, plain, { share: 0.5 }), reason);
  }
});
