/**
 * `/plugins/neural/…`: what rspamd's controller answers about its neural
 * module (rspamd `rules/controller/neural.lua`), for programs that ask it.
 *
 * @module
 */

import type { Context } from "hono";
import type { Engine } from "../engine/engine.ts";
import type { Network } from "../engine/network.ts";
import type { Networks } from "../engine/networks.ts";
import { Turns } from "../engine/turns.ts";
import { type ClassCounts, MAIL_CLASSES } from "../features/mail_class.ts";
import { MAX_METATOKEN } from "../features/metatokens.ts";
import { profileDigest } from "../model/profile.ts";
import { readJson } from "./body.ts";
import { RequestError } from "./failure.ts";
import type { Service } from "./service.ts";
import { whyNot } from "./train.ts";

/** Where vectors of symbols come from: every rule needs a scan. */
const REQUIRES_SCAN = true;

/** Thousands of vectors come in one request. */
const MOST_VECTOR_BYTES = 64 * 2 ** 20;

/**
 * Vectors of both classes, to be learned and trained at once. As in rspamd, the
 * answer does not wait for the network.
 */
export async function learn(
  context: Context,
  { engine, limits }: Service,
): Promise<Response> {
  const json = await readJson(context.req.raw, limits, MOST_VECTOR_BYTES);
  const { spam_vec, ham_vec, rule } = objectOf(json);
  if (rule !== undefined && typeof rule !== "string") {
    throw new RequestError("rule: a name is needed");
  }
  const name = rule ?? "default";
  await engine.learnVectors(name, {
    spam: await vectorsOf(spam_vec, "spam_vec"),
    ham: await vectorsOf(ham_vec, "ham_vec"),
  });
  return Response.json({ success: true });
}

/** The models in service. */
export function status({ engine }: Service): Response {
  const { networks } = engine;
  return success(rulesOf(networks, (rule) => ({
    max_inputs: rule.maxInputs,
    requires_scan: REQUIRES_SCAN,
    settings: Object.fromEntries(
      oneForSettings(networks.ofRule(rule)).map(
        ({ name, live, profileSymbols }) => [
          name.settings === "default" ? "-1" : name.settings,
          {
            name: name.settings,
            symbols_digest: profileSymbols && profileDigest(profileSymbols),
            ann: live && {
              version: live.model.version,
              redis_key: live.key,
              has_pca: live.model.transform.projection !== undefined,
            },
          },
        ],
      ),
    ),
  })));
}

/**
 * rspamd has one network for each settings name: of those for several metatoken
 * versions the one that answers.
 */
function oneForSettings(networks: Network[]): Network[] {
  const bySettings = new Map<string, Network>();
  for (const network of networks) {
    const { settings } = network.name;
    const other = bySettings.get(settings);
    if (!other || (network.live && !other.live)) {
      bySettings.set(settings, network);
    }
  }
  return [...bySettings.values()];
}

/** How to teach each rule. */
export function config({ engine }: Service): Response {
  const { networks } = engine;
  return success(rulesOf(networks, (rule) => ({
    requires_scan: REQUIRES_SCAN,
    providers: [],
    recommended_path: "/v1/learn",
    settings: networks.settingsOf(rule),
  })));
}

/** Trains a rule now. */
export async function train(
  context: Context,
  { engine }: Service,
): Promise<Response> {
  const name = context.req.query("rule") ?? "default";
  const answers = await engine.train(name);
  const trained = answers.find(({ report }) => report?.outcome === "published");
  const { spam, ham } = trained?.report?.trained_on ??
    await samplesOf(engine, name);
  return Response.json({
    success: trained !== undefined,
    message: trained
      ? `version ${trained.report?.version} is in service`
      : whyNot(answers),
    spam_vectors: spam,
    ham_vectors: ham,
  });
}

/** How many samples there are for a rule. */
async function samplesOf(engine: Engine, rule: string): Promise<ClassCounts> {
  const { rules } = await engine.status();
  const sum = { spam: 0, ham: 0 };
  for (const { pool } of rules[rule].networks) {
    for (const mailClass of MAIL_CLASSES) {
      sum[mailClass] += pool
        ? pool.fresh[mailClass] + pool.retained[mailClass]
        : 0;
    }
  }
  return sum;
}

function success(data: unknown): Response {
  return Response.json({ success: true, data });
}

function rulesOf(
  networks: Networks,
  describe: (rule: Networks["config"]["rules"][number]) => unknown,
): { rules: Record<string, unknown> } {
  const rules = networks.config.rules
    .map((rule) => [rule.name, describe(rule)]);
  return { rules: Object.fromEntries(rules) };
}

function objectOf(json: unknown): Record<string, unknown> {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) {
    return json as Record<string, unknown>;
  }
  throw new RequestError("an object with spam_vec and ham_vec is needed");
}

async function vectorsOf(json: unknown, field: string): Promise<number[][]> {
  if (!Array.isArray(json)) {
    throw new RequestError(`${field}: a list of vectors is needed`);
  }
  const turns = new Turns();
  for (const [i, vector] of json.entries()) {
    await turns.next();
    if (!Array.isArray(vector) || !vector.every(isElement)) {
      throw new RequestError(
        `${field}[${i}]: a list of numbers is needed, none beyond ${MAX_METATOKEN}`,
      );
    }
  }
  return json;
}

/** What is larger could not be read again: see `lib/features/sample.ts`. */
function isElement(json: unknown): json is number {
  return typeof json === "number" && Math.abs(json) <= MAX_METATOKEN;
}
