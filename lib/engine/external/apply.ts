/**
 * Putting an external model into service.
 *
 * @module
 */

import { merged } from "../../model/merge.ts";
import type { Model } from "../../model/model.ts";
import { type ExternalOrigin, originFields } from "../../model/origin.ts";
import { importedFields } from "../../model/stored_model.ts";
import type { Judgement } from "../../nn/quality/gate.ts";
import { compress } from "../../zstd.ts";
import {
  type ChangeReport,
  fitting,
  type FittingModel,
} from "../models/change.ts";
import { judgeModel } from "../models/judging.ts";
import type { ModelKeeper } from "../models/keeper.ts";
import { openFile } from "../models/model_file.ts";
import type { Network } from "../network.ts";
import { isLargeEnough } from "../pool_size.ts";
import { publishModel } from "../publishing.ts";
import { ExternalModelError } from "./failure.ts";
import type { FetchedModel } from "./fetch.ts";

/** What could be published. */
interface Candidate {
  parts: FittingModel;
  /** Its share of the weights, where it was merged with the local model. */
  share?: number;
}

/**
 * Publishes an external model unless the line has taken it already: merged
 * with the local one, or as it is. Where there are samples to judge by it has
 * to be no worse than the model in service; where there are none it is taken,
 * as rspamd takes it.
 *
 * The lock is held, and the newest model loaded.
 *
 * @throws {ExternalModelError} when it is worse
 * @throws {import("../models/model_file.ts").ModelFileError} when it does not
 * fit the line
 * @throws {import("../models/change.ts").ModelChangeError} when its symbols
 * cannot be made to fit
 * @throws {import("../../train/trainer.ts").TrainerError} when it cannot be
 * judged
 * @throws {import("../../store/store.ts").StoreError} when the store fails
 */
export async function applyModel(
  file: FetchedModel,
  network: Network,
  keeper: Pick<ModelKeeper, "context">,
  signal: AbortSignal,
): Promise<void> {
  const { store, log } = keeper.context;
  const { live, series } = network;
  if (live?.external?.sha256 === file.sha256) return;
  const model = await openFile(file, network, store);
  const candidates = [
    ...mergedWithLocal(model, file, network, keeper),
    { parts: fitting(network, model, importedFields(file.rnm)) },
  ];
  const counts = await store.counts(series);
  const isJudged = isLargeEnough(counts) || network.judgeAfter !== undefined;
  for (const candidate of candidates) {
    const judgement = isJudged
      ? await judgeModel(candidate.parts, network, keeper.context, signal)
      : undefined;
    if (!judgement?.refusal) {
      return await publish(candidate, file, network, keeper, judgement);
    }
    const { reason } = judgement.refusal;
    if (candidate.share === undefined) {
      throw new ExternalModelError("refused", reason);
    }
    log.info("merged, an external model is refused", { series, reason });
  }
}

/**
 * The external model and the local one in one. An external model that nothing
 * local has gone into is replaced instead.
 */
function mergedWithLocal(
  model: Model,
  { rnm }: FetchedModel,
  network: Network,
  { context }: Pick<ModelKeeper, "context">,
): Candidate[] {
  const { live, rule, series } = network;
  const share = rule.externalModel.mergeAlpha;
  if (!live || share === 1) return [];
  const { origin } = live;
  if (origin.kind === "external" && origin.merged === undefined) return [];
  const joined = merged(model, live.model, {
    share,
    symbols: network.symbols,
  });
  if (typeof joined === "string") {
    context.log.info("an external model is used alone", {
      series,
      reason: joined,
    });
    return [];
  }
  const { symbols, ann } = joined;
  // A calibration is about the outputs of one network.
  const fields = importedFields({ ...rnm, calibration: undefined });
  return [{
    parts: { symbols, fields: { ...fields, ann: compress(ann) } },
    share,
  }];
}

async function publish(
  { parts, share }: Candidate,
  { rnm, source }: FetchedModel,
  network: Network,
  { context }: Pick<ModelKeeper, "context">,
  judgement: Judgement | undefined,
): Promise<void> {
  const origin: ExternalOrigin = {
    kind: "external",
    ...source,
    version: rnm.modelVersion,
    merged: share,
  };
  const live = await publishModel(network, context, {
    symbols: parts.symbols,
    fields: { ...parts.fields, ...originFields(origin) },
    external: source,
    providersDigest: rnm.providersDigest,
    record: (version): ChangeReport => ({
      outcome: "fetched",
      version,
      origin,
      ...judgement && {
        figures: judgement.candidate,
        current_figures: judgement.current,
      },
    }),
  });
  if (!live) {
    const reason = "another host took the training lock";
    throw new ExternalModelError("busy", reason, true);
  }
  context.log.info("an external model is in service", {
    series: network.series,
    version: live.model.version,
    url: source.url,
    sha256: source.sha256,
    merged: share,
  });
}
