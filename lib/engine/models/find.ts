/**
 * Which stored model is meant.
 *
 * @module
 */

import type { RuleConfig } from "../../config/config.ts";
import type { Network } from "../network.ts";
import { DEFAULT_SETTINGS, type Networks } from "../networks.ts";
import type { Store } from "../../store/store.ts";
import { formsOf, type StoredModel, storedModels } from "./entry.ts";

/** There is no such model, or more than one. */
export class UnknownModelError extends Error {
  override name = "UnknownModelError";
}

/** A line of networks, by what may be left out. */
export interface LineReference {
  /** The only rule, or `default`, unless given. */
  rule?: string;
  /** `default` unless given. */
  settings?: string;
}

/** A stored model, by its id or by its line of networks. */
export interface ModelReference extends LineReference {
  /** As it is listed, or `RULE:SETTINGS` for the one in service. */
  id?: string;
  /** That in service unless given; where there is none, the latest. */
  version?: number;
}

/**
 * The rule that is meant.
 *
 * @throws {import("../networks.ts").UnknownRuleError} when there is none
 */
export function ruleOf(
  networks: Networks,
  { rule }: LineReference,
): RuleConfig {
  const { rules } = networks.config;
  if (rule === undefined && rules.length === 1) return rules[0];
  return networks.rules(rule ?? "default")[0];
}

/**
 * The lines of networks that are meant: of each version of the metatokens one.
 *
 * @throws {import("../networks.ts").UnknownRuleError} when there is no such rule
 */
export function linesOf(
  networks: Networks,
  reference: LineReference,
): Network[] {
  const settings = reference.settings ?? DEFAULT_SETTINGS;
  return networks.ofRule(ruleOf(networks, reference))
    .filter(({ name }) => name.settings === settings);
}

/**
 * Finds a stored model.
 *
 * @throws {UnknownModelError} when there is none, or more than one
 * @throws {import("../networks.ts").UnknownRuleError} when there is no such rule
 * @throws {import("../../store/store.ts").StoreError} when the store fails
 */
export async function findModel(
  networks: Networks,
  reference: ModelReference,
  store: Store,
): Promise<StoredModel> {
  const { id, version } = reference;
  if (id !== undefined) return await findById(networks, id, store);
  const lines = linesOf(networks, reference);
  const where = nameOf(networks, reference);
  const models = await storedModels(lines, store);
  if (version !== undefined) return oneCalled(`${where}:${version}`, models);
  const serving = models.filter(({ entry }) => entry.in_service);
  if (serving.length > 0) return single(`${where} in service`, serving);
  const [latest] = models.filter(({ entry }) => !entry.stale);
  if (latest) return latest;
  throw new UnknownModelError(
    `${where} has no model yet; train one, or import one`,
  );
}

/** `RULE:SETTINGS`, as ids begin. */
export function nameOf(networks: Networks, reference: LineReference): string {
  const settings = reference.settings ?? DEFAULT_SETTINGS;
  return `${ruleOf(networks, reference).name}:${settings}`;
}

async function findById(
  networks: Networks,
  id: string,
  store: Store,
): Promise<StoredModel> {
  const line = networks.all().find(({ rule, name }) =>
    id === `${rule.name}:${name.settings}`
  );
  if (line) {
    const { rule, name: { settings } } = line;
    const reference = { rule: rule.name, settings };
    return await findModel(networks, reference, store);
  }
  const lines = networks.all().filter(({ rule, name }) =>
    id.startsWith(`${rule.name}:${name.settings}:`)
  );
  return oneCalled(id, await storedModels(lines, store));
}

function oneCalled(id: string, models: StoredModel[]): StoredModel {
  const called = models.filter((model) => formsOf(model).includes(id));
  if (called.length > 0) return single(id, called);
  const known = models.map(({ entry }) => entry.id).join(", ");
  const hint = known === ""
    ? "of its rule and settings there is none yet (RULE:SETTINGS:VERSION)"
    : `there are: ${known}`;
  throw new UnknownModelError(
    `there is no model ${JSON.stringify(id)}; ${hint}`,
  );
}

function single(what: string, models: StoredModel[]): StoredModel {
  const [model, ...others] = models;
  if (others.length === 0) return model;
  const ids = models.map(({ entry }) => entry.id).join(", ");
  throw new UnknownModelError(
    `more than one model is ${what}; say which: ${ids}`,
  );
}
