/**
 * Going back to an earlier model.
 *
 * @module
 */

import { openModel } from "../../model/model.ts";
import { originFields, type RollbackOrigin } from "../../model/origin.ts";
import { fromFields } from "../../model/stored_model.ts";
import type { Network } from "../network.ts";
import {
  type ChangeReport,
  fitting,
  ModelChangeError,
  opened,
  publishChange,
} from "./change.ts";
import { type ModelEntry, type StoredModel, storedModels } from "./entry.ts";
import type { ModelKeeper } from "./keeper.ts";

/**
 * Publishes an earlier model again, as the next version: all hosts, and the
 * scanners of rspamd, load what is newest. What is trained next has to be
 * better on samples that come later, so that those which made the model that
 * is undone cannot bring it back.
 *
 * The lock is held, and the newest model loaded.
 *
 * @param target the one to go back to; the one before that in service unless
 * given
 * @throws {ModelChangeError} when there is nothing to go back to
 * @throws {import("../../store/store.ts").StoreError} when the store fails
 */
export async function rollBack(
  network: Network,
  keeper: ModelKeeper,
  target?: StoredModel,
): Promise<void> {
  const { store, now, holder, log } = keeper.context;
  const { series, name, live } = network;
  const { profile, entry } = target ?? await previous(network, keeper);
  if (entry.in_service) {
    throw new ModelChangeError(`${entry.id} is in service already`);
  }
  const fields = await store.model(series, profile.redis_key);
  if (!fields) {
    throw new ModelChangeError(`${entry.id} is stale: its model is gone`);
  }
  const model = opened(
    entry.id,
    () => openModel(fromFields(fields, profile, name.metatokens)),
  );
  const { symbols, fields: parts } = fitting(network, model, fields);
  const origin: RollbackOrigin = {
    kind: "rollback",
    of: firstVersion(entry),
    replaced: live?.model.version,
    at: now(),
    by: holder,
    newest_sample: await store.takeIn(series),
  };
  const next = await publishChange(network, keeper, {
    symbols,
    fields: { ...parts, ...originFields(origin) },
    providersDigest: profile.providers_digest,
    record: (version): ChangeReport => ({
      outcome: "rolled back",
      version,
      origin,
    }),
  });
  const { version } = next.model;
  log.info("rolled back to an earlier model", {
    series,
    version,
    of: origin.of,
    replaced: origin.replaced,
  });
}

/** The version that a model was before it was rolled back to. */
function firstVersion({ origin, version }: ModelEntry): number {
  return origin?.kind === "rollback" ? origin.of : version;
}

/** The model before that in service, which may itself be an earlier one. */
async function previous(
  network: Network,
  { context }: ModelKeeper,
): Promise<StoredModel> {
  const { live, rule, name } = network;
  if (!live) {
    throw new ModelChangeError(
      `${rule.name}:${name.settings} has no model in service`,
    );
  }
  const serving = live.origin.kind === "rollback"
    ? live.origin.of
    : live.model.version;
  const models = await storedModels([network], context.store);
  const before = models.find(({ entry }) =>
    !entry.stale && !entry.problem && firstVersion(entry) < serving
  );
  if (before) return before;
  throw new ModelChangeError(
    `there is no model before version ${serving} of ${rule.name}:` +
      `${name.settings} (max_profiles says how many are kept)`,
  );
}
