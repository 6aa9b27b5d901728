/**
 * What else there is to tell of rules: who holds their locks, and the models
 * that they have from elsewhere.
 *
 * @module
 */

import { type Family, gauge, type Sample } from "../../metrics/family.ts";
import { LabelValues, OTHER } from "../../metrics/label_values.ts";
import { MOST_RULES } from "../../metrics/lines.ts";
import type { ExternalModels } from "../external/external_models.ts";
import type { Networks } from "../networks.ts";
import { LOCK_HOLDERS, type LockStates } from "./lock_states.ts";

/** Counts the lines of networks of each rule by who holds their locks. */
export function lockFamilies(networks: Networks, locks: LockStates): Family[] {
  const samples = namedRules(networks).flatMap(([rule, config]) => {
    const states = networks.ofRule(config).map(({ series }) =>
      locks.of(series)
    );
    return LOCK_HOLDERS.map((holder) => ({
      labels: { rule, holder },
      value: states.filter((state) => state === holder).length,
    }));
  });
  return [gauge(
    "neurald_training_locks",
    "Lines of networks by who holds their training lock, as far as known here.",
    samples,
  )];
}

/** Tells how the external models do. */
export function externalFamilies(
  networks: Networks,
  models: ExternalModels,
): Family[] {
  const up: Sample[] = [];
  const failing: Sample[] = [];
  const checked: Sample[] = [];
  const succeeded: Sample[] = [];
  for (const [rule, config] of namedRules(networks)) {
    const status = models.statusOf(config);
    if (!status || status.state === "unchecked") continue;
    const { failure, checked_at, succeeded_at } = status;
    const labels = { rule };
    up.push({ labels, value: status.state === "current" ? 1 : 0 });
    if (failure) failing.push({ labels: { rule, failure }, value: 1 });
    if (checked_at) checked.push({ labels, value: checked_at });
    if (succeeded_at) succeeded.push({ labels, value: succeeded_at });
  }
  return [
    gauge(
      "neurald_external_model_up",
      "Whether nothing was wrong with the external model when it was checked.",
      up,
    ),
    gauge(
      "neurald_external_model_failing",
      "1 for what is wrong with an external model; nothing where all is well.",
      failing,
    ),
    gauge(
      "neurald_external_model_checked_timestamp_seconds",
      "When the external model was looked for last, in unix time.",
      checked,
    ),
    gauge(
      "neurald_external_model_succeeded_timestamp_seconds",
      "When nothing was wrong with the external model last, in unix time.",
      succeeded,
    ),
  ];
}

/** The rules that have a label of their own. */
function namedRules({ config }: Networks) {
  const values = new LabelValues(MOST_RULES);
  const seen = new Set<string>([OTHER]);
  return config.rules.map((rule) => [values.of(rule.name), rule] as const)
    .filter(([label]) => !seen.has(label) && seen.add(label));
}
