/**
 * Checks of `external_model`, whose options concern each other.
 *
 * @module
 */

import { isLoopbackAddress, isPublicAddress } from "../external/address.ts";
import { parseLocation } from "../external/location.ts";
import type { RuleConfig } from "./config.ts";
import { EXTERNAL_MODEL_OPTIONS } from "./options/external_model.ts";
import type { Subject } from "./subject.ts";

/** Reports what does not go together. */
export function checkExternalModel(subject: Subject): void {
  const { rule: { externalModel }, isSound, report } = subject;
  if (!isSound(pathOf("url"), pathOf("base_url"))) return;
  const { url, baseUrl } = externalModel;
  if (url === undefined && baseUrl === undefined) {
    const given = firstGiven(externalModel);
    if (given === undefined) return;
    const message = "nothing says where the model is; give url or base_url";
    return report("error", pathOf(given), message);
  }
  if (url !== undefined && baseUrl !== undefined) {
    report("warning", pathOf("base_url"), "has no effect: there is a url");
  }
  const option = pathOf(url === undefined ? "base_url" : "url");
  checkDigest(subject);
  checkHost(subject, option, parseLocation(url ?? baseUrl!)!);
  checkMerging(subject);
  checkFineTuning(subject);
}

/** The first option that is not as it is by default. */
function firstGiven(
  values: RuleConfig["externalModel"],
): string | undefined {
  const [field] =
    Object.entries(values).find(([field, value]) =>
      value !== EXTERNAL_MODEL_OPTIONS[field as keyof typeof values].default
    ) ?? [];
  return field && EXTERNAL_MODEL_OPTIONS[field as keyof typeof values].name;
}

function pathOf(name: string): string {
  return `external_model.${name}`;
}

/** Models below `base_url` are named by it. */
function checkDigest({ rule, isSound, report }: Subject): void {
  const { externalModel: { url }, providers } = rule;
  if (url !== undefined || providers.length > 0) return;
  if (!isSound("providers")) return;
  report(
    "error",
    pathOf("base_url"),
    "models there are named by the digest of the providers, and the rule has " +
      "none; give url, or providers = [{ type = symbols }]",
  );
}

function checkHost(
  { rule, isSound, report }: Subject,
  option: string,
  { protocol, hostname }: URL,
): void {
  if (protocol === "file:") return;
  const { signKey, allowPrivate } = rule.externalModel;
  const host = hostname.replace(/^\[|\]$/g, "");
  const isLocal = host === "localhost" || isLoopbackAddress(host);
  const isName = host !== "localhost" && !/^[0-9.]+$|:/.test(host);
  if (
    protocol === "http:" && signKey === undefined && !isLocal &&
    isSound(pathOf("sign_key"))
  ) {
    report(
      "error",
      option,
      "with http: anybody on the way could change the model; use https:, or " +
        "give a sign_key",
    );
  }
  if (
    !isName && !allowPrivate && !isPublicAddress(host) &&
    isSound(pathOf("allow_private"))
  ) {
    report(
      "error",
      option,
      `${host} is no public address; allow_private = true lets it be asked`,
    );
  }
}

function checkMerging({ rule, report }: Subject): void {
  if (rule.externalModel.mergeAlpha > 0) return;
  report(
    "warning",
    pathOf("merge_alpha"),
    "with 0 the external model counts for nothing once there is a local one",
  );
}

function checkFineTuning({ rule: { externalModel }, report }: Subject): void {
  const { minLocalSamples } = EXTERNAL_MODEL_OPTIONS;
  if (externalModel.localFineTune) return;
  if (externalModel.minLocalSamples === minLocalSamples.default) return;
  const message = "has no effect: local_fine_tune is off";
  report("warning", pathOf(minLocalSamples.name), message);
}
