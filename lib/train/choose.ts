/**
 * Choice of an architecture by cross-validation on the pool itself.
 *
 * @module
 */

import type { Architecture } from "../nn/architectures.ts";
import { type Dataset, select } from "../nn/dataset.ts";
import type { Graph } from "../nn/graph.ts";
import { outputsOf } from "../nn/predictor.ts";
import { measure } from "../nn/quality/metrics.ts";
import { Random } from "../nn/random.ts";
import { TrainingError } from "../nn/training/train.ts";

/**
 * What `auto` chooses from, the best by experience first. rspamd from 3.4 on
 * loads all of them.
 */
export const CANDIDATES = [
  "mlp",
  "symbol",
  "linear",
] as const satisfies readonly Architecture[];

const FOLDS = 5;

/**
 * More would not change the choice, and cost more than the training: by so
 * many, architectures differ by more than by chance, or not by much.
 */
const MOST_SAMPLES = 1500;

/** A training that fails counts as a network that tosses a coin. */
const WITHOUT_USE = { auc: 0.5, error: 0.5 };

/** How an architecture did on samples that it was not trained on, by the mean. */
export interface CrossValidation {
  architecture: Architecture;
  auc: number;
  error: number;
}

/**
 * Trains a network of some architecture.
 *
 * @throws {TrainingError} when none can be made
 */
export type Train = (
  data: Dataset,
  architecture: Architecture,
  seed: number,
) => Graph;

/** How many trainings a choice takes. */
export function trainingsToChoose(candidates: readonly Architecture[]): number {
  return candidates.length > 1 ? FOLDS * candidates.length : 0;
}

/**
 * Chooses the architecture whose networks order unseen samples best. The first
 * one is chosen unless another is better by more than chance explains.
 *
 * @param data vectors as the networks take them, of both classes
 * @param candidates at least one
 */
export function chooseArchitecture(
  data: Dataset,
  candidates: readonly Architecture[],
  train: Train,
  seed: number,
): { architecture: Architecture; crossValidation: CrossValidation[] } {
  if (candidates.length === 1) {
    return { architecture: candidates[0], crossValidation: [] };
  }
  const folds = foldsOf(data, seed);
  const byFold = candidates.map((architecture) =>
    folds.map(({ learned, unseen }, fold) => {
      const graph = trained(() => train(learned, architecture, seed + fold));
      if (!graph) return WITHOUT_USE;
      return measure(outputsOf(graph, unseen), unseen.isSpam);
    })
  );
  const crossValidation = candidates.map((architecture, i) => ({
    architecture,
    auc: mean(byFold[i].map(({ auc }) => auc)),
    error: mean(byFold[i].map(({ error }) => error)),
  }));
  let best = 0;
  for (let i = 1; i < candidates.length; i++) {
    const gains = byFold[i].map(({ auc }, fold) => auc - byFold[0][fold].auc);
    const isBetter = mean(gains) > standardError(gains);
    if (isBetter && crossValidation[i].auc > crossValidation[best].auc) {
      best = i;
    }
  }
  return { architecture: candidates[best], crossValidation };
}

/** What a training gives; nothing where it fails. */
function trained(train: () => Graph): Graph | undefined {
  try {
    return train();
  } catch (error) {
    if (!(error instanceof TrainingError)) throw error;
  }
}

/** As many parts as there are folds: each is unseen once, and learned else. */
function foldsOf(
  data: Dataset,
  seed: number,
): { learned: Dataset; unseen: Dataset }[] {
  const order = Uint32Array.from({ length: data.size }, (_, row) => row);
  new Random(seed).shuffle(order);
  const ofClass = (isSpam: number) => {
    const rows = order.filter((row) => data.isSpam[row] === isSpam);
    const share = Math.min(1, MOST_SAMPLES / data.size);
    return rows.subarray(0, Math.max(FOLDS, Math.floor(share * rows.length)));
  };
  const classes = [ofClass(1), ofClass(0)];
  const columns = Int32Array.from({ length: data.inputs }, (_, i) => i);
  const part = (isWanted: (number: number) => boolean) => {
    const rows = classes.flatMap((rows) =>
      [...rows].filter((_, number) => isWanted(number))
    );
    return select(data, Uint32Array.from(rows), columns, data.inputs);
  };
  return Array.from({ length: FOLDS }, (_, fold) => ({
    learned: part((number) => number % FOLDS !== fold),
    unseen: part((number) => number % FOLDS === fold),
  }));
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function standardError(values: number[]): number {
  const middle = mean(values);
  const squares = values.map((value) => (value - middle) ** 2);
  return Math.sqrt(mean(squares) / (values.length - 1));
}
