/**
 * Models from files.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { METATOKEN_VERSIONS } from "../../features/metatokens.ts";
import { type Model, openModel } from "../../model/model.ts";
import { type ImportedOrigin, originFields } from "../../model/origin.ts";
import { profileDigest } from "../../model/profile.ts";
import {
  decodeRnm,
  RnmError,
  type RnmModel,
  type RnmProfile,
} from "../../model/rnm.ts";
import { fromFields, importedFields } from "../../model/stored_model.ts";
import { NetworkError } from "../../nn/graph.ts";
import type { Metrics } from "../../nn/quality/metrics.ts";
import type { Judgement } from "../../nn/quality/gate.ts";
import { TrainerError } from "../../train/trainer.ts";
import { knownNetwork, type Network } from "../network.ts";
import {
  type ChangeReport,
  fitting,
  type FittingModel,
  ModelChangeError,
  publishChange,
} from "./change.ts";
import type { ModelEntry } from "./entry.ts";
import { type LineReference, linesOf, ruleOf } from "./find.ts";
import type { ModelKeeper } from "./keeper.ts";

/** A file that cannot be imported, whatever the store has. */
export class ModelFileError extends Error {
  override name = "ModelFileError";
}

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

/** A file that was read. */
export interface ModelFile {
  rnm: RnmModel;
  /** Of its bytes, in hexadecimal. */
  sha256: string;
}

/**
 * Reads a model file.
 *
 * @throws {ModelFileError} when it is none
 */
export function readModelFile(bytes: Uint8Array): ModelFile {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { rnm: usable(() => decodeRnm(bytes)), sha256 };
}

function usable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RnmError || error instanceof NetworkError) {
      throw new ModelFileError(error.message);
    }
    throw error;
  }
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
  { rnm, sha256 }: ModelFile,
  network: Network,
  keeper: ModelKeeper,
  force: boolean,
  signal: AbortSignal,
): Promise<ImportAnswer> {
  const { now, holder, log } = keeper.context;
  const profile = rnm.profile ?? await profileFor(network, keeper);
  const model = usable(() => openModel(rnm, profile));
  const parts = fitting(network, model, importedFields(rnm));
  const judgement = force
    ? undefined
    : await judged(open(parts, network), network, keeper, signal);
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

/** What the inputs of a file of rspamd's mean: what those of the line do. */
async function profileFor(
  network: Network,
  { context }: ModelKeeper,
): Promise<RnmProfile> {
  const [latest] = await context.store.profiles(network.series);
  const symbols = network.profileSymbols ?? latest?.profile.symbols;
  if (!symbols) {
    throw new ModelFileError(
      "the file does not say which symbols its inputs stand for, and there is " +
        "no profile yet to go by; configure one (profile), or import into a " +
        "store that has been used",
    );
  }
  return {
    digest: profileDigest(symbols),
    symbols: [...symbols],
    metatokenVersion: network.name.metatokens,
  };
}

/** The model as it would be served. */
function open(
  { symbols, fields }: FittingModel,
  { name }: Network,
): Model {
  const profile = {
    digest: profileDigest(symbols),
    symbols: [...symbols],
    version: 0,
    redis_key: "",
  };
  return usable(() => openModel(fromFields(fields, profile, name.metatokens)));
}

/** What the pool says of a model, or why it says nothing. */
async function judged(
  model: Model,
  network: Network,
  { context }: ModelKeeper,
  signal: AbortSignal,
): Promise<Judgement | string> {
  const { store, trainer, config } = context;
  const { live, series, name, judgeAfter } = network;
  const { bytes, ends, isSpam, ids } = await store.samples(series);
  try {
    return await trainer.judge({
      bytes,
      ends,
      isSpam,
      ids,
      metatokenVersion: name.metatokens,
      candidate: knownNetwork({ model }),
      current: live && knownNetwork(live),
      judgeAfter,
    }, { timeoutMs: config.neurald.trainTimeoutSeconds * 1000, signal });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TrainerError)) throw error;
    return `it cannot be judged: ${error.message}; learn more messages ` +
      "first, or force it to be imported as it is";
  }
}
