/**
 * What to train, and how.
 *
 * @module
 */

import type { Architecture } from "../architectures.ts";
import type { Graph } from "../graph.ts";
import type { KernelKind } from "../kernels/kernels.ts";

/** How a network is trained. */
export interface Procedure {
  /** Samples in a mini-batch. */
  miniBatch: number;
  /** How often every sample is seen. */
  epochs: number;
  /** Learning rate of the first epoch. */
  learningRate: number;
  /** `linear`: the learning rate falls by the same amount each epoch, to 0. */
  schedule: "constant" | "linear";
  /** Weights lose this share of themselves, of the learning rate, each step. */
  weightDecay: number;
  /**
   * From this share of the epochs on, the weights after each are averaged
   * (stochastic weight averaging, Izmailov et al. 2018). 1: never, as it has
   * to be with validation.
   */
  averageFrom: number;
  /** Share of the samples that only decides which epoch was the best. */
  validation: number;
  /** Epochs before the best one is looked for, and without a better one. */
  patience: number;
  /** At the end, sets the last bias to where the cost is least. */
  fitBias: boolean;
  /** Only of `mlp` and `embedding`; the others know nothing of it. */
  layered: LayeredProcedure;
}

/** How networks with hidden layers are trained. */
export interface LayeredProcedure {
  optimiser: "rmsprop" | "adam";
  /** Hidden units of each member; only of `mlp`. */
  units: number;
  /**
   * Networks that are trained side by side and become one, the mean of them;
   * only of `mlp`.
   */
  members: number;
  /** Share of the hidden units that a step leaves out. */
  dropout: number;
  /** The same of the elements of the vectors. */
  inputDropout: number;
  /**
   * Divided by the number of samples of the smaller class, this is weight
   * decay beside `weightDecay`, 8 at most: what few samples have in common by
   * chance is not to be learned.
   */
  smallPoolDecay: number;
  /** Both classes count the same, however many samples each of them has. */
  balanceClasses: boolean;
  /**
   * Inputs that exceed 1 are divided by their greatest value; the weights make
   * up for it at the end, so that the network takes vectors as they are.
   */
  scaleInputs: boolean;
}

/** KANN's own procedure (`kann_train_fnn1`), as rspamd calls it. */
export const KANN_PROCEDURE: Procedure = {
  miniBatch: 64,
  epochs: 25,
  learningRate: 0.01,
  schedule: "constant",
  weightDecay: 0,
  averageFrom: 1,
  validation: 0.1,
  patience: 10,
  fitBias: false,
  layered: {
    optimiser: "rmsprop",
    units: 64,
    members: 1,
    dropout: 0,
    inputDropout: 0,
    smallPoolDecay: 0,
    balanceClasses: false,
    scaleInputs: false,
  },
};

/**
 * neurald's: the same steps, but the last weights are no matter of chance.
 * The learning rate falls, the weights of the second half are averaged, and
 * no sample is spent on choosing an epoch (`bench/` has the figures).
 */
export const DEFAULT_PROCEDURE: Procedure = {
  ...KANN_PROCEDURE,
  schedule: "linear",
  weightDecay: 1,
  averageFrom: 0.5,
  validation: 0,
  fitBias: true,
};

/**
 * Of networks with a hidden layer: Adam with a falling learning rate, and what
 * keeps it from learning samples by heart. It serves pools of all sizes: more
 * epochs, units or members, dropout of units too, a mean of the weights or
 * samples that are put aside made no difference beyond chance.
 */
export const MLP_PROCEDURE: Procedure = {
  ...KANN_PROCEDURE,
  schedule: "linear",
  validation: 0,
  layered: {
    optimiser: "adam",
    units: 64,
    members: 2,
    dropout: 0,
    inputDropout: 0.1,
    smallPoolDecay: 100,
    balanceClasses: true,
    scaleInputs: true,
  },
};

/** The procedure for each architecture, unless another is asked for. */
export const PROCEDURES: Record<Architecture, Procedure> = {
  symbol: DEFAULT_PROCEDURE,
  linear: DEFAULT_PROCEDURE,
  mlp: MLP_PROCEDURE,
  embedding: {
    ...MLP_PROCEDURE,
    learningRate: 0.001,
    layered: { ...MLP_PROCEDURE.layered, dropout: 0.2 },
  },
};

/** What is reported after each epoch. */
export interface EpochReport {
  /** 1 for the first. */
  epoch: number;
  /** How many there will be at most. */
  epochs: number;
  /** Mean cost over the training samples, each before its step, in nats. */
  cost: number;
  /** Mean cost over the validation samples, if there are any. */
  validationCost?: number;
}

/** A network to go on from, whose inputs may have been others. */
export interface StartingPoint {
  graph: Graph;
  /** For each input of the new network, its position in the old one, or −1. */
  inputOf: Int32Array;
}

/** What to train, and how. */
export interface TrainingOptions {
  architecture: Architecture;
  /** Hidden units for each input; only of `symbol`. */
  hiddenLayerMultiplier: number;
  procedure: Procedure;
  /** Repeats everything that chance decides. */
  seed: number;
  /** Weights to go on from, instead of random ones. */
  start?: StartingPoint;
  /** What computes; the fastest that there is, if it is left out. */
  kernels?: KernelKind;
  /** Called after each epoch. */
  onEpoch?: (report: EpochReport) => void;
}
