import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type Dataset,
  DatasetBuilder,
  rowOf,
  select,
} from "../../lib/nn/dataset.ts";
import { toDense, toSparse } from "../../lib/nn/sparse.ts";
import { vectorsOf } from "./vectors.ts";

/** Labelled vectors, all of one length. */
interface Table {
  inputs: number;
  rows: { vector: Float64Array; isSpam: boolean }[];
}

/** As they come back: datasets keep float32. */
const tables: fc.Arbitrary<Table> = fc.integer({ min: 1, max: 40 }).chain(
  (inputs) =>
    fc.record({
      inputs: fc.constant(inputs),
      rows: fc.array(
        fc.record({
          vector: vectorsOf(inputs)
            .map((vector) => Float64Array.from(vector, Math.fround)),
          isSpam: fc.boolean(),
        }),
        { maxLength: 60 },
      ),
    }),
);

function datasetOf({ inputs, rows }: Table): Dataset {
  const builder = new DatasetBuilder();
  for (const { vector, isSpam } of rows) {
    const { indices, values } = toSparse(vector);
    builder.add(indices, values, isSpam);
  }
  return builder.build(inputs);
}

function tableOf(data: Dataset): Table {
  return {
    inputs: data.inputs,
    rows: Array.from({ length: data.size }, (_, i) => ({
      vector: toDense(rowOf(data, i)),
      isSpam: data.isSpam[i] === 1,
    })),
  };
}

Deno.test("vectors come out of a dataset as they went in", () => {
  fc.assert(fc.property(tables, (table) => {
    assertEquals(tableOf(datasetOf(table)), table);
  }));
});

Deno.test("a dataset outlives what its builder does next", () => {
  const builder = new DatasetBuilder();
  builder.add([0], [1], true);
  const first = builder.build(2);
  builder.add([1], [2], false);
  assertEquals(first.size, 1);
  assertEquals(tableOf(builder.build(2)).rows.map(({ isSpam }) => isSpam), [
    true,
    false,
  ]);
});

Deno.test("a row that is longer than what there is room for fits", () => {
  const long = Uint32Array.from({ length: 5000 }, (_, i) => i);
  const builder = new DatasetBuilder();
  builder.add([7], [1], true);
  builder.add(long, new Float32Array(5000).fill(0.5), false);
  const data = builder.build(5000);
  assertEquals(rowOf(data, 1).values.length, 5000);
  assertEquals(rowOf(data, 0).indices, Uint32Array.of(7));
});

Deno.test("rows and columns are selected as they would be by hand", () => {
  const cases = tables.chain((table) =>
    fc.record({
      table: fc.constant(table),
      rows: fc.array(fc.nat({ max: Math.max(0, table.rows.length - 1) }), {
        maxLength: table.rows.length,
      }),
      /** Old columns in the order of the new ones; some are new. */
      columns: fc.uniqueArray(fc.nat({ max: table.inputs + 3 }), {
        minLength: 1,
        maxLength: table.inputs + 4,
      }),
    })
  );
  fc.assert(fc.property(cases, ({ table, rows, columns }) => {
    const columnOf = Int32Array.from(
      { length: table.inputs },
      (_, old) => columns.indexOf(old),
    );
    const chosen = Uint32Array.from(rows);
    const selected = select(
      datasetOf(table),
      chosen,
      columnOf,
      columns.length,
    );
    assertEquals(tableOf(selected), {
      inputs: columns.length,
      rows: rows.map((row) => ({
        vector: Float64Array.from(
          columns,
          (old) => table.rows[row].vector[old] ?? 0,
        ),
        isSpam: table.rows[row].isSpam,
      })),
    });
  }));
});
