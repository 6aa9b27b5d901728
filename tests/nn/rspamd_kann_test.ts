import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Layout } from "../../lib/features/layout.ts";
import { decodeSample } from "../../lib/features/sample.ts";
import {
  type DenseLayer,
  hiddenUnits,
  linearGraph,
  mlpGraph,
  symbolGraph,
} from "../../lib/nn/architectures.ts";
import { forward } from "../../lib/nn/forward.ts";
import { type Graph, inputSize } from "../../lib/nn/graph.ts";
import { decodeKann, encodeKann } from "../../lib/nn/kann.ts";
import { createPredictor } from "../../lib/nn/predictor.ts";
import { Random } from "../../lib/nn/random.ts";
import { toDense, toSparse } from "../../lib/nn/sparse.ts";
import { runTraining } from "../../lib/train/run.ts";
import { compress } from "../../lib/zstd.ts";
import { jobOf, realSamples } from "../train/corpus.ts";
import { modelOf, outputsOf } from "../train/outputs.ts";
import { assertClose } from "./close.ts";
import { hasRspamadm, numbersIn, rowsText, runLua } from "./rspamadm.ts";

const random = new Random(Date.now());

function randomLayer(outputs: number, inputs: number): DenseLayer {
  const draw = (size: number) =>
    new Float32Array(size).map(() => random.normal() / Math.sqrt(inputs));
  return { weights: draw(outputs * inputs), biases: draw(outputs) };
}

function randomVectors(count: number, inputs: number): number[][] {
  return Array.from({ length: count }, () =>
    Array.from(
      { length: inputs },
      () => random.uniform() < 0.6 ? 0 : random.normal(),
    ));
}

/** Networks with random weights. */
function ownNetworks(): Graph[] {
  const symbol = (inputs: number) => {
    const units = hiddenUnits(inputs, 1.5);
    return symbolGraph(inputs, [
      randomLayer(units, inputs),
      randomLayer(1, units),
    ]);
  };
  return [
    ...[1, 2, 60].map(symbol),
    ...[1, 7, 90].map((inputs) =>
      mlpGraph(inputs, [randomLayer(33, inputs), randomLayer(1, 33)])
    ),
    ...[1, 3, 80].map((inputs) => linearGraph(inputs, randomLayer(1, inputs))),
  ];
}

Deno.test("networks that neurald writes are loaded by rspamd, and answered alike", () => {
  if (!hasRspamadm()) return;
  const graphs = ownNetworks();
  const vectors = graphs.map((graph) => randomVectors(25, inputSize(graph)));
  const files: Record<string, Uint8Array | string> = {};
  for (const [i, graph] of graphs.entries()) {
    files[`${i}.kann`] = encodeKann(graph);
    files[`${i}.txt`] = rowsText(vectors[i]);
  }
  const answers = runLua(
    `
local kann = require "rspamd_kann"
for i = 0, ${graphs.length - 1} do
  local network = assert(kann.load(read(i .. ".kann")))
  local answers = {}
  for _, row in ipairs(rows(i .. ".txt")) do
    answers[#answers + 1] = string.format("%.9g\\n", network:apply1(row)[1])
  end
  write(i .. ".answers", table.concat(answers))
  write(i .. ".saved", tostring(network:save()))
end
`,
    files,
  );
  for (const [i, graph] of graphs.entries()) {
    const outputs = numbersIn(answers[`${i}.answers`]);
    assertEquals(outputs.length, 25);
    const predictor = createPredictor(graph);
    vectors[i].forEach((vector, k) =>
      assertAlmostEquals(predictor.output(toSparse(vector)), outputs[k], 1e-5)
    );
    // Every byte means to rspamd what it means to neurald.
    assertEquals(answers[`${i}.saved`], encodeKann(graph));
  }
});

Deno.test("what is trained on real mail, and published, is unpacked by rspamd and answered alike", () => {
  if (!hasRspamadm()) return;
  const samples = realSamples(600);
  const learned = samples.filter((_, i) => i % 12 !== 0);
  const unseen = samples.filter((_, i) => i % 12 === 0);
  const trained = (["symbol", "linear", "mlp"] as const).map((architecture) =>
    runTraining(
      jobOf(learned, {
        architecture,
        hiddenLayerMultiplier: 1.5,
        procedure: { epochs: 5 },
      }),
      () => {},
    )
  );
  const files: Record<string, Uint8Array | string> = {};
  for (const [i, { ann, symbols }] of trained.entries()) {
    files[`${i}.field`] = compress(ann);
    const layout = new Layout(3, symbols);
    const vectors = unseen.map(({ bytes }) =>
      toDense(layout.vectorOf(decodeSample(bytes)))
    );
    files[`${i}.txt`] = rowsText(vectors);
  }
  const answers = runLua(
    `
local kann = require "rspamd_kann"
local util = require "rspamd_util"
for i = 0, ${trained.length - 1} do
  local failed, bytes = util.zstd_decompress(read(i .. ".field"))
  assert(not failed, failed)
  local network = assert(kann.load(bytes))
  local answers = {}
  for _, row in ipairs(rows(i .. ".txt")) do
    answers[#answers + 1] = string.format("%.9g\\n", network:apply1(row)[1])
  end
  write(i .. ".answers", table.concat(answers))
end
`,
    files,
  );
  for (const [i, result] of trained.entries()) {
    const outputs = numbersIn(answers[`${i}.answers`]);
    const expected = outputsOf(modelOf(result), unseen);
    assertEquals(outputs.length, expected.length);
    // Some of them are neither sure of spam nor of ham.
    assert(outputs.some((output) => Math.abs(output) < 0.9));
    outputs.forEach((output, k) =>
      assertAlmostEquals(expected[k], output, 1e-5)
    );
  }
});

/** A network as rspamd's Lua builds it. */
interface Plan {
  inputs: number;
  layers: { units: number; then: string[] }[];
  cost: string;
}

const plans: fc.Arbitrary<Plan> = fc.record({
  inputs: fc.integer({ min: 1, max: 12 }),
  layers: fc.array(
    fc.record({
      units: fc.integer({ min: 2, max: 9 }),
      then: fc.subarray([
        "layer.layernorm",
        ...["relu", "tanh", "sigm", "sin", "softmax", "square", "1minus"]
          .map((name) => `transform["${name}"]`),
      ], { maxLength: 2 }),
    }),
    { maxLength: 3 },
  ),
  cost: fc.constantFrom("ceb_neg", "ceb", "mse"),
});

/** Builds the network, and trains it a little, so that no bias is 0. */
function luaOf({ inputs, layers, cost }: Plan, i: number): string {
  const steps = layers.flatMap(({ units, then }) => [
    `t = kann.layer.dense(t, ${units})`,
    ...then.map((name) => `t = kann.${name}(t)`),
  ]);
  return `
do
  local t = kann.layer.input(${inputs})
  ${steps.join("\n  ")}
  local network = kann.new.kann(kann.layer.cost(t, 1, kann.cost.${cost}))
  save(${i}, network, ${cost === "ceb_neg" ? -1 : 0})
end
`;
}

Deno.test("networks that rspamd makes are read by neurald, and answered alike", () => {
  if (!hasRspamadm()) return;
  const made = fc.sample(plans, 60);
  const vectors = made.map(({ inputs }) => randomVectors(20, inputs));
  const answers = runLua(
    `
local kann = require "rspamd_kann"
local function save(i, network, ham)
  local vectors, truth, answers = rows(i .. ".txt"), {}, {}
  for k in ipairs(vectors) do truth[k] = { k % 2 == 0 and 1 or ham } end
  network:train1(vectors, truth, { lr = 0.001, max_epoch = 2, mini_size = 5 })
  for k, row in ipairs(vectors) do
    answers[k] = string.format("%.9g\\n", network:apply1(row)[1])
  end
  write(i .. ".answers", table.concat(answers))
  write(i .. ".kann", tostring(network:save()))
end
${made.map(luaOf).join("")}`,
    Object.fromEntries(vectors.map((rows, i) => [`${i}.txt`, rowsText(rows)])),
  );
  for (const [i, plan] of made.entries()) {
    const graph = decodeKann(answers[`${i}.kann`]);
    assertEquals(encodeKann(graph), answers[`${i}.kann`]);
    const outputs = numbersIn(answers[`${i}.answers`]);
    assertEquals(outputs.length, 20);
    const predictor = createPredictor(graph);
    for (const [k, vector] of vectors[i].entries()) {
      const output = predictor.output(toSparse(vector));
      assertClose(output, forward(graph, vector)[0]);
      // Of powers of powers float32 keeps few digits, or none.
      if (!(Math.abs(outputs[k]) < 1e3)) continue;
      assertClose(output, outputs[k], 1e-5, JSON.stringify(plan));
    }
  }
});
