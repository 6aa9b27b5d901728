/** Training jobs of real mail, and of samples that are made up. */

import { type Features, featuresOf } from "../../lib/features/features.ts";
import { parseLabelledLine } from "../../lib/features/labelled.ts";
import { encodeSample } from "../../lib/features/sample.ts";
import { DEFAULT_PROCEDURE } from "../../lib/nn/training/options.ts";
import type { TrainingJob } from "../../lib/train/job.ts";
import { type PackedSamples, packSamples } from "../../lib/train/pool.ts";
import { decompress } from "../../lib/zstd.ts";

/** A stored sample. */
export interface LabelledSample {
  bytes: Uint8Array;
  isSpam: boolean;
}

/** Lines of the shipped corpus, taken evenly from all of it. */
export function corpusLines(count: number): string[] {
  const url = new URL(
    "../../data/spamassassin.rspamd-4.1.6.jsonl.zst",
    import.meta.url,
  );
  const unpacked = decompress(Deno.readFileSync(url), 16 * 2 ** 20);
  const lines = new TextDecoder().decode(unpacked).trim().split("\n").slice(1);
  return Array.from(
    { length: count },
    (_, i) => lines[Math.floor(i * lines.length / count)],
  );
}

/** Messages of the shipped corpus, taken evenly from all of it. */
export function realSamples(count: number): LabelledSample[] {
  return corpusLines(count).map((line) => {
    const parsed = parseLabelledLine(line, 2);
    if (!("labelled" in parsed)) throw new Error("a header");
    const { scan, class: mailClass } = parsed.labelled;
    return {
      bytes: encodeSample(featuresOf(scan, 3, new Set())),
      isSpam: mailClass === "spam",
    };
  });
}

/** A sample of some symbols, each of which contributes 1. */
export function madeUp(isSpam: boolean, ...symbols: string[]): LabelledSample {
  return sampleOf(isSpam, {
    version: 3,
    metatokens: new Array(46).fill(0),
    symbols,
    values: symbols.map(() => 1),
  });
}

/** A sample of any features. */
export function sampleOf(isSpam: boolean, features: Features): LabelledSample {
  return { bytes: encodeSample(features), isSpam };
}

/** Samples of which one symbol tells the class, and others nothing. */
export function easySamples(count: number, from = 0): LabelledSample[] {
  return Array.from({ length: count }, (_, i) => {
    const isSpam = i % 2 === 0;
    return madeUp(
      isSpam,
      isSpam ? "BAD" : "GOOD",
      ...["X", "Y", "Z"].filter((_, k) => ((i >> 1) >> k) & 1),
      `N${from + i}`,
    );
  });
}

/** Samples one after the other, as a job takes them. Ids count from 1. */
export function packed(
  samples: readonly LabelledSample[],
): PackedSamples {
  return {
    ...packSamples(samples),
    ids: Float64Array.from(samples, (_, i) => i + 1),
  };
}

/** A job that takes a fraction of a second. */
export function jobOf(
  samples: readonly LabelledSample[],
  more: Partial<TrainingJob> = {},
): TrainingJob {
  return {
    ...packed(samples),
    metatokenVersion: 3,
    excluded: [],
    goOn: false,
    architecture: "linear",
    hiddenLayerMultiplier: 0.05,
    procedure: {
      ...DEFAULT_PROCEDURE,
      epochs: 5,
      miniBatch: 16,
      learningRate: 0.05,
    },
    seed: 1,
    ...more,
  };
}
