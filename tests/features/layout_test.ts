import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Layout } from "../../lib/features/layout.ts";
import {
  metatokenNames,
  type MetatokenVersion,
} from "../../lib/features/metatokens.ts";
import { sortedNames } from "../../lib/features/symbol_names.ts";
import { toDense } from "../../lib/nn/sparse.ts";
import { features, symbolNames } from "./arbitrary_features.ts";

const layouts = fc.tuple(
  fc.constantFrom<MetatokenVersion>(1, 3),
  fc.array(symbolNames, { maxLength: 15 }),
).map(([version, names]) => new Layout(version, sortedNames(names)));

Deno.test("every position has a name, metatokens first, then symbols", () => {
  fc.assert(fc.property(layouts, (layout) => {
    const names = Array.from(
      { length: layout.length },
      (_, i) => layout.nameAt(i),
    );
    assertEquals(names, [...metatokenNames(layout.version), ...layout.symbols]);
    for (const name of layout.symbols) {
      assertEquals(layout.positionOf(name), names.lastIndexOf(name));
    }
    assertEquals(layout.positionOf("no such symbol"), undefined);
    assertEquals(layout.positionOf("size"), undefined);
  }));
});

Deno.test("a vector that is named and laid out again is the same", () => {
  const cases = layouts.chain((layout) =>
    fc.tuple(
      fc.constant(layout),
      fc.array(
        fc.oneof(fc.constant(0), fc.double({ noNaN: true })),
        { minLength: layout.length, maxLength: layout.length },
      ).map((vector) => vector.map((x) => x === 0 ? 0 : x)),
    )
  );
  fc.assert(fc.property(cases, ([layout, vector]) => {
    const sparse = layout.vectorOf(layout.featuresOf(vector));
    assertEquals([...toDense(sparse)], vector);
    assertEquals(Array.from(sparse.values).includes(0), false);
  }));
});

Deno.test("each feature stands where its name does, and nothing else", () => {
  fc.assert(fc.property(layouts, features, (layout, features) => {
    const dense = toDense(layout.vectorOf(features));
    const symbols = new Map(
      features.symbols.map((name, i) => [name, features.values[i]]),
    );
    const known = features.version === layout.version;
    const metatokens = metatokenNames(layout.version)
      .map((_, i) => known ? features.metatokens[i] ?? 0 : 0);
    assertEquals([...dense], [
      ...metatokens,
      ...layout.symbols.map((name) => symbols.get(name) ?? 0),
    ]);
  }));
});

Deno.test("each position occurs once in a vector", () => {
  fc.assert(fc.property(layouts, features, (layout, features) => {
    const { indices, values, length } = layout.vectorOf(features);
    assertEquals(new Set(Array.from(indices)).size, indices.length);
    assertEquals(values.length, indices.length);
    assertEquals(length, layout.length);
  }));
});

Deno.test("a vector of another length is refused, and what is needed is told", () => {
  const layout = new Layout(1, ["A", "B"]);
  for (const length of [0, 26, 27, 29, 48]) {
    assertThrows(
      () => layout.featuresOf(new Array(length).fill(0)),
      RangeError,
      "28 are needed: 26 metatokens and 2 symbols",
    );
  }
});
