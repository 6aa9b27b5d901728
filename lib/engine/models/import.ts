/**
 * Models from files.
 *
 * @module
 */

import { METATOKEN_VERSIONS } from "../../features/metatokens.ts";
import { type ImportedOrigin, originFields } from "../../model/origin.ts";
import { importedFields } from "../../model/stored_model.ts";
import type { Metrics } from "../../nn/quality/metrics.ts";
import type { Judgement } from "../../nn/quality/gate.ts";
import { TrainerError } from "../../train/trainer.ts";
import type { Network } from "../network.ts";
import type { TrainingContext } from "../training_context.ts";
import {
  type ChangeReport,
  fitting,
  type FittingModel,
  ModelChangeError,
  publishChange,
} from "./change.ts";
import type { ModelEntry } from "./entry.ts";
import { type LineReference, linesOf, ruleOf } from "./find.ts";
import { judgeModel } from "./judging.ts";
import type { ModelKeeper } from "./keeper.ts";
import { type ModelFile, ModelFileError, openFile } from "./model_file.ts";

/** What became of an import. */
export interface ImportAnswer {
  imported: boolean;
  /** Why it was not. */
  reason?: string;
  /** How it did on samples of the pool; absent where it was not judged. */
  figures?: Metrics;
  /** How the model in service did on the same. */
  current_figures?: Metrics;
  /** The model as it is stored now. */
  model?: ModelEntry;
}

/** Which line of networks a file is for, and whether it has to win. */
export interface ImportOptions extends LineReference {
  /** Takes it without judging it. */
  force?: boolean;
}

/**
 * The line of networks that a file is for: that of its metatokens, or where it
 * does not say which it has, the one in service.
 *
 * @throws {ModelFileError} when its metatokens are unknown
 * @throws {ModelChangeError} when they are others than those in use
 */
export function lineFor(
  { rnm }: ModelFile,
  { networks }: ModelKeeper,
  options: ImportOptions,
): Network {
  const rule = ruleOf(networks, options);
  const lines = linesOf(networks, options);
  const inUse = networks.config.neurald.metatokenVersion ??
    (lines.find(({ live }) => live) ?? lines[0])?.name.metatokens;
  const own = rnm.profile?.metatokenVersion;
  const version = METATOKEN_VERSIONS.find((known) =>
    known === (own ?? inUse ?? METATOKEN_VERSIONS.at(-1))
  );
  if (version === undefined) {
    throw new ModelFileError(`metatokens of version ${own} are unknown`);
  }
  const isThere = lines.some(({ name }) => name.metatokens === version);
  if (inUse !== undefined && version !== inUse && !isThere && !options.force) {
    throw new ModelChangeError(
      `the model is for metatokens of version ${version}, and rule ` +
        `${rule.name} has those of version ${inUse}; to force it keeps it ` +
        "beside the others, for scans of its version",
    );
  }
  const line = networks.line(rule, options.settings, version);
  if (line) return line;
  throw new ModelChangeError(
    `rule ${rule.name} does not serve the settings ` +
      `${options.settings ?? "default"} (default, allowed_settings)`,
  );
}

/**
 * Publishes the model of a file, if it is not worse than the one in service.
 * The lock is held, and the newest model loaded.
 *
 * @throws {ModelFileError} when the file does not fit the line of networks
 * @throws {ModelChangeError} when its symbols cannot be made to fit
 * @throws {import("../../train/trainer.ts").TrainerError} when it is aborted
 * @throws {import("../../store/store.ts").StoreError} when the store fails
 */
export async function importModel(
  file: ModelFile,
  network: Network,
  keeper: ModelKeeper,
  force: boolean,
  signal: AbortSignal,
): Promise<ImportAnswer> {
  const { rnm, sha256 } = file;
  const { store, now, holder, log } = keeper.context;
  const model = await openFile(file, network, store);
  const parts = fitting(network, model, importedFields(rnm));
  const judgement = force
    ? undefined
    : await judged(parts, network, keeper.context, signal);
  if (typeof judgement === "string") {
    return { imported: false, reason: judgement };
  }
  const figures = judgement &&
    { figures: judgement.candidate, current_figures: judgement.current };
  if (judgement?.refusal) {
    return { imported: false, reason: judgement.refusal.reason, ...figures };
  }
  const origin: ImportedOrigin = {
    kind: "imported",
    sha256,
    version: rnm.modelVersion,
    at: now(),
    by: holder,
    forced: force,
  };
  const live = await publishChange(network, keeper, {
    symbols: parts.symbols,
    fields: { ...parts.fields, ...originFields(origin) },
    providersDigest: rnm.providersDigest,
    record: (version): ChangeReport => ({
      outcome: "imported",
      version,
      origin,
      ...figures,
    }),
  });
  log.info("a model was imported and is in service", {
    series: network.series,
    version: live.model.version,
    sha256,
  });
  return { imported: true, ...figures };
}

/** What the pool says of a model, or why it says nothing. */
async function judged(
  parts: FittingModel,
  network: Network,
  context: TrainingContext,
  signal: AbortSignal,
): Promise<Judgement | string> {
  try {
    return await judgeModel(parts, network, context, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TrainerError)) throw error;
    return `it cannot be judged: ${error.message}; learn more messages ` +
      "first, or force it to be imported as it is";
  }
}
