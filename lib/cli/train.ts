/**
 * `neurald train`: trains offline from a file of labelled scans.
 *
 * @module
 */

import { RULE_OPTIONS } from "../config/options/rule.ts";
import { featuresOf } from "../features/features.ts";
import type { LabelledHeader } from "../features/labelled.ts";
import type { MetatokenVersion } from "../features/metatokens.ts";
import { encodeSample } from "../features/sample.ts";
import { profileDigest } from "../model/profile.ts";
import { encodeRnm } from "../model/rnm.ts";
import { ARCHITECTURES } from "../nn/architectures.ts";
import { PROCEDURES } from "../nn/training/options.ts";
import type { TrainingJob, TrainingResult } from "../train/job.ts";
import { packSamples } from "../train/pool.ts";
import { Trainer } from "../train/trainer.ts";
import { defineCommand } from "./command.ts";
import { EXIT } from "./exit.ts";
import { readLabelledFile } from "./labelled_file.ts";
import { metricsTable } from "./metrics_table.ts";
import { OutputFile } from "./output_file.ts";
import { ProgressBar } from "./progress.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage_error.ts";

/** Longer than any training that makes sense. */
const TIMEOUT_MS = 24 * 60 * 60 * 1000;

/** What neurald inserts itself, unless it is told other names, teaches nothing. */
const OWN_SYMBOLS: ReadonlySet<string> = new Set([
  RULE_OPTIONS.symbolSpam.default,
  RULE_OPTIONS.symbolHam.default,
]);

/** `neurald train` */
export const trainCommand = defineCommand({
  name: "train",
  summary: "train a network from a file of labelled scans",
  operands: "",
  maxOperands: 0,
  flags: {
    input: {
      kind: "text",
      value: "FILE",
      help: "labelled scans: JSON Lines, plain or zstd; - for standard input",
    },
    output: {
      kind: "text",
      value: "FILE",
      help: "where the model goes (RNM1)",
    },
    architecture: {
      kind: "text",
      value: "NAME",
      oneOf: ["auto", ...ARCHITECTURES],
      help:
        "auto (the best by cross-validation; default), mlp, symbol (as rspamd's), linear or embedding",
    },
    seed: {
      kind: "integer",
      value: "N",
      min: 0,
      help: "repeats all that chance decides (default 1)",
    },
    epochs: {
      kind: "integer",
      value: "N",
      min: 1,
      help:
        `how often every scan is seen (default ${PROCEDURES.symbol.epochs})`,
    },
    "learning-rate": {
      kind: "number",
      value: "X",
      min: 1e-9,
      help:
        `of the first epoch (default ${PROCEDURES.symbol.learningRate}, of embedding ${PROCEDURES.embedding.learningRate})`,
    },
    normalization: {
      kind: "text",
      value: "HOW",
      oneOf: ["none", "unit", "zscore"],
      help: "how vectors are scaled (default none)",
    },
    "max-inputs": {
      kind: "integer",
      value: "N",
      min: 1,
      help: "reduce vectors to so many inputs (PCA)",
    },
    json: { kind: "switch", help: "print the figures as one JSON object" },
  },
  async run({ flags, terminal }) {
    if (!flags.input) throw new UsageError("--input FILE is needed");
    if (!flags.output) throw new UsageError("--output FILE is needed");
    const output = new OutputFile("--output", flags.output);
    await output.check();
    const { epochs, "learning-rate": learningRate } = flags;
    const job = await readJob(flags.input, terminal, {
      architecture: (flags.architecture ?? "auto") as TrainingOptions[
        "architecture"
      ],
      hiddenLayerMultiplier: 1.5,
      procedure: {
        ...epochs && { epochs },
        ...learningRate && { learningRate },
      },
      normalization: flags.normalization as TrainingOptions["normalization"],
      maxInputs: flags["max-inputs"],
      seed: flags.seed ?? 1,
    });
    const result = await trainWithBar(job, terminal);
    const { refusal } = result;
    if (!refusal) await output.write(modelFile(result, job));
    if (!refusal || flags.json) {
      report(flags.output, result, flags.json, terminal);
    }
    if (!refusal) return EXIT.good;
    terminal.note(`neurald: the network is refused: ${refusal.reason}`);
    return EXIT.failed;
  },
});

/** What flags say of a job. */
type TrainingOptions = Pick<
  TrainingJob,
  | "architecture"
  | "hiddenLayerMultiplier"
  | "procedure"
  | "normalization"
  | "maxInputs"
  | "seed"
>;

/** Reads the samples, and gives them to a job. */
async function readJob(
  path: string,
  terminal: Terminal,
  options: TrainingOptions,
): Promise<TrainingJob> {
  let header: LabelledHeader = {};
  const samples: { bytes: Uint8Array; isSpam: boolean }[] = [];
  const bar = new ProgressBar(terminal, "reading");
  let version: MetatokenVersion | undefined;
  for await (const labelled of readLabelledFile(path, (h) => header = h)) {
    version ??= header.metatokenVersion ?? labelled.scan.metatokens.version;
    const features = featuresOf(labelled.scan, version ?? 3, OWN_SYMBOLS);
    samples.push({
      bytes: encodeSample(features),
      isSpam: labelled.class === "spam",
    });
    bar.update(samples.length);
  }
  bar.end();
  if (samples.length === 0) {
    throw new UsageError(`${path}: there is no scan in it`);
  }
  return {
    ...options,
    ...packSamples(samples),
    metatokenVersion: version ?? 3,
    symbols: header.symbols,
    excluded: [...OWN_SYMBOLS],
    goOn: false,
  };
}

async function trainWithBar(
  job: TrainingJob,
  terminal: Terminal,
): Promise<TrainingResult> {
  const bar = new ProgressBar(terminal, "training");
  using trainer = new Trainer();
  try {
    return await trainer.train(job, {
      timeoutMs: TIMEOUT_MS,
      onEpoch: ({ epoch, epochs, cost }) =>
        bar.update(epoch, epochs, `cost ${cost.toFixed(4)}`),
    });
  } finally {
    bar.end();
  }
}

/** The file says nothing of when: the same scans and seed give the same file. */
function modelFile(
  result: TrainingResult,
  { metatokenVersion, seed }: TrainingJob,
): Uint8Array {
  const { ann, pca, normStats, calibration, symbols } = result;
  const digest = profileDigest(symbols);
  return encodeRnm({
    modelVersion: 1,
    ann,
    pca,
    normStats,
    profile: { digest, symbols, metatokenVersion },
    calibration,
    training: {
      architecture: result.architecture,
      seed,
      trained_on: result.trainedOn,
      figures: result.candidate,
    },
  });
}

function report(
  path: string,
  result: TrainingResult,
  json: boolean,
  terminal: Terminal,
): void {
  const {
    architecture,
    crossValidation,
    trainedOn,
    unreadable,
    candidate,
    symbols,
    durationMs,
    refusal,
  } = result;
  if (json) {
    terminal.print(JSON.stringify({
      output: refusal ? null : path,
      refused: refusal?.reason,
      architecture,
      cross_validation: crossValidation,
      symbols: symbols.length,
      trained_on: trainedOn,
      left_out: unreadable.length,
      duration_ms: Math.round(durationMs),
      held_out: candidate,
    }));
    return;
  }
  for (const { architecture, auc, error } of crossValidation) {
    terminal.print(
      `${architecture}: AUC ${auc.toFixed(4)}, error ${
        (100 * error).toFixed(2)
      } % by cross-validation`,
    );
  }
  terminal.print(
    `${path}: ${architecture}, trained on ${trainedOn.spam} spam and ${trainedOn.ham} ham, ${symbols.length} symbols, in ${
      (durationMs / 1000).toFixed(1)
    } s`,
  );
  if (unreadable.length > 0) {
    terminal.note(
      `${unreadable.length} scans were left out; the first: ${
        unreadable[0].reason
      }`,
    );
  }
  terminal.print("On messages that it was not trained on:");
  for (const line of metricsTable(candidate)) terminal.print(`  ${line}`);
}
