/**
 * Which models answer, how old and how good they are.
 *
 * @module
 */

import { profileDistance } from "../../../model/profile.ts";
import { publishedAt } from "../../../model/stored_model.ts";
import { ageOf, inShort, samplesOf, whence } from "../../models/describe.ts";
import type { Remark } from "../finding.ts";
import { type Line, MOST_LINES } from "../lines.ts";
import type { Setup } from "../setup.ts";

/** Spam changes; a model that is older knows little of it. */
const OLD_SECONDS = 90 * 86_400;

/** A model below this hardly tells spam from ham. */
const LEAST_AUC = 0.9;

/** Looks at the model of each line of networks. */
export async function checkModels(setup: Setup): Promise<Remark[]> {
  const lines = await setup.lines();
  if (!lines) return await remarksWithoutLines(setup);
  const { shown, others, strangers, networks } = lines;
  const remarks = shown.flatMap((line) => remarksOn(line, setup.now));
  for (const rule of networks.config.rules) {
    if (networks.ofRule(rule).length > 0) continue;
    remarks.push({ ...NOTHING_YET, subject: rule.name });
  }
  if (others > 0) {
    remarks.push({
      level: "note",
      message: `${others} more lines of networks were not looked at (the ` +
        `first ${MOST_LINES} were)`,
      fix: "neurald models list, and neurald pool, tell of all of them",
    });
  }
  if (strangers.length > 0) {
    const some = strangers.slice(0, 3).join(", ");
    remarks.push({
      level: "note",
      message: `${strangers.length} series in the store belong to no rule of ` +
        `the configuration: ${some}${strangers.length > 3 ? ", …" : ""}`,
      fix: "neurald doctor --config FILE, with the rules that they are of",
    });
  }
  return remarks;
}

/** What is to be said of a line, or of a store, that is new. */
const NOTHING_YET: Remark = {
  level: "note",
  message: "there is no model, and nothing was learned yet",
  fix: "neurald learn --spam ~/Maildir/.Junk --ham ~/Maildir/.Archive",
};

/** A store that cannot be read is told of elsewhere. */
async function remarksWithoutLines(setup: Setup): Promise<Remark[]> {
  const { facts } = await setup.inspection();
  const isNew = facts.kind === "sqlite" && facts.files.length === 0 &&
    facts.problem === undefined;
  return isNew ? [NOTHING_YET] : [{
    level: "note",
    message: "models, pools and locks were not looked at: see store",
  }];
}

function remarksOn({ name, network, problems }: Line, now: number): Remark[] {
  const remarks: Remark[] = problems.map((problem) => ({
    level: "warning",
    subject: name,
    message: problem,
    fix: "neurald models list names it, and neurald models delete drops it",
  }));
  const { live, symbols } = network;
  if (!live) {
    return [...remarks, {
      level: "note",
      subject: name,
      message: "there is no model yet, so it answers nothing; see pools",
    }];
  }
  const { model, training, origin } = live;
  const at = publishedAt(live);
  const parts = [
    `version ${model.version}, ${whence(origin)}`,
    at === undefined ? "age unknown" : ageOf(now - at),
    ...training
      ? [samplesOf(training.trained_on), inShort(training.figures)]
      : [],
    `digest ${model.digest.slice(0, 8)}`,
  ];
  remarks.push({ level: "ok", subject: name, message: parts.join(", ") });
  const auc = training?.figures.auc ?? NaN;
  if (auc < LEAST_AUC) {
    remarks.push({
      level: "warning",
      subject: name,
      message: `its AUC is below ${LEAST_AUC}: it hardly tells spam from ham`,
      fix: "see that what is learned is of the right class (neurald pool), " +
        "and teach more: neurald learn --spam PATH --ham PATH",
    });
  }
  if (at !== undefined && now - at > OLD_SECONDS) {
    remarks.push({
      level: "note",
      subject: name,
      message: "it is old; see pools for what the next training needs",
      fix: "curl -X POST http://127.0.0.1:11336/v1/train",
    });
  }
  const distance = symbols && profileDistance(model.layout.symbols, symbols);
  if (symbols && distance) {
    remarks.push({
      level: "note",
      subject: name,
      message: `${distance} of ${symbols.length} symbols are others than it ` +
        "was trained with; it knows the rest by their names until the next " +
        "training",
    });
  }
  return remarks;
}
