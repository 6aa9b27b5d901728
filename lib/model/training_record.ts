/**
 * How a network came about: what a model file says of its training.
 *
 * @module
 */

import type { ClassCounts } from "../features/mail_class.ts";
import type { Metrics } from "../nn/quality/metrics.ts";
import { RnmError } from "./rnm_error.ts";

/** How a network came about, under the names that files give it. */
export interface TrainingRecord {
  /** Which network it is, by its name. */
  architecture: string;
  /** Repeats all that chance decided. */
  seed: number;
  /** Samples that it was trained on. */
  trained_on: ClassCounts;
  /** How it did on samples that it was not trained on. */
  figures: Metrics;
}

/** What a file says of a record; what is unknown, and NaN, is null there. */
export function recordJson(record: TrainingRecord): unknown {
  return JSON.parse(JSON.stringify(record));
}

const RATES = ["auc", "error", "fpr", "fnr"] as const;
/** No name is longer. */
const MAX_NAME_LENGTH = 64;
/** More rates of false positives are not told of. */
const MAX_RATES = 64;

/**
 * Reads a record, trusting nothing. What was unknown is NaN in it.
 *
 * @throws {RnmError} when a part is missing or cannot be; it names the part
 */
export function parseTrainingRecord(
  value: unknown,
): TrainingRecord | undefined {
  if (value === undefined || value === null) return undefined;
  const { architecture, seed, trained_on, figures } = value as Record<
    keyof TrainingRecord,
    unknown
  >;
  if (
    typeof architecture !== "string" || architecture.length > MAX_NAME_LENGTH
  ) {
    throw new RnmError("training.architecture: a name is needed");
  }
  if (!Number.isSafeInteger(seed)) {
    throw new RnmError("training.seed: a whole number is needed");
  }
  return {
    architecture,
    seed: seed as number,
    trained_on: parseCounts(trained_on, "training.trained_on"),
    figures: parseFigures(figures),
  };
}

function parseCounts(value: unknown, name: string): ClassCounts {
  const { spam, ham } = (value ?? {}) as Partial<ClassCounts>;
  if (!isCount(spam) || !isCount(ham)) {
    throw new RnmError(`${name}: numbers of spam and ham are needed`);
  }
  return { spam, ham };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function parseFigures(value: unknown): Metrics {
  const figures = (value ?? {}) as Record<keyof Metrics, unknown>;
  const name = (figure: string) => `training.figures.${figure}`;
  const [auc, error, fpr, fnr] = RATES.map((rate) =>
    parseRate(figures[rate], name(rate))
  );
  const caught = Object.entries(figures.tpr_at_fpr ?? {});
  if (caught.length > MAX_RATES) {
    throw new RnmError(`${name("tpr_at_fpr")}: too many rates`);
  }
  return {
    auc,
    error,
    fpr,
    fnr,
    tpr_at_fpr: Object.fromEntries(
      caught.map(([rate, share]) =>
        [rate, parseRate(share, name("tpr_at_fpr"))] as const
      ),
    ),
    cost: parseCost(figures.cost, name("cost")),
    n: parseCounts(figures.n, name("n")),
  };
}

function parseRate(value: unknown, name: string): number {
  if (isUnknown(value)) return NaN;
  if (typeof value === "number" && value >= 0 && value <= 1) return value;
  throw new RnmError(`${name}: a number from 0 to 1 is needed`);
}

function parseCost(value: unknown, name: string): number {
  if (isUnknown(value)) return NaN;
  if (typeof value === "number" && value >= 0 && value < Infinity) return value;
  throw new RnmError(`${name}: a number of at least 0 is needed`);
}

/** As JSON and MessagePack say it. */
function isUnknown(value: unknown): boolean {
  return value === undefined || value === null || Number.isNaN(value);
}
