/**
 * Training and answering by the KANN of an installed rspamd, in its own
 * process, which measures the time itself.
 *
 * @module
 */

import { numbersIn, rowsText, runLua } from "../tests/nn/rspamadm.ts";

/** What rspamd is given. Vectors are whole. */
export interface RspamdTask {
  learned: { vectors: readonly ArrayLike<number>[]; isSpam: boolean[] };
  unseen: readonly ArrayLike<number>[];
  hiddenUnits: number;
  learningRate: number;
  epochs: number;
}

/** What came of it. */
export interface RspamdResult {
  /** Of `train1` alone. */
  trainingSeconds: number;
  /** One for each unseen vector. */
  outputs: Float64Array;
  /** Of `apply1`, for each of them. */
  secondsPerVector: number;
}

/** The network is the one that rspamd's neural module makes, and so is the call. */
const PROGRAM = `
local kann = require "rspamd_kann"
local util = require "rspamd_util"
local options = rows("options.txt")[1]
local vectors, unseen, truth = rows("learned.txt"), rows("unseen.txt"), {}
for i, row in ipairs(rows("truth.txt")) do truth[i] = row end

local t = kann.layer.input(#vectors[1])
t = kann.transform.relu(t)
t = kann.layer.dense(t, options[1])
t = kann.layer.cost(t, 1, kann.cost.ceb_neg)
local network = kann.new.kann(t)

local started = util.get_ticks()
network:train1(vectors, truth, { lr = options[2], max_epoch = options[3] })
local trained = util.get_ticks()
local outputs = {}
for i, row in ipairs(unseen) do outputs[i] = network:apply1(row)[1] end
local ended = util.get_ticks()

for i, output in ipairs(outputs) do outputs[i] = string.format("%.9g", output) end
write("outputs.txt", table.concat(outputs, "\\n"))
write("seconds.txt", string.format("%.9g\\n%.9g", trained - started,
  (ended - trained) / #unseen))
`;

/** Trains a network, and lets it answer. */
export function trainInRspamd(task: RspamdTask): RspamdResult {
  const { learned, unseen, hiddenUnits, learningRate, epochs } = task;
  const files = runLua(PROGRAM, {
    "options.txt": rowsText([[hiddenUnits, learningRate, epochs]]),
    "learned.txt": rowsText(learned.vectors),
    "truth.txt": rowsText(learned.isSpam.map((isSpam) => [isSpam ? 1 : -1])),
    "unseen.txt": rowsText(unseen),
  });
  const [trainingSeconds, secondsPerVector] = numbersIn(files["seconds.txt"]);
  return {
    trainingSeconds,
    outputs: Float64Array.from(numbersIn(files["outputs.txt"])),
    secondsPerVector,
  };
}
