/**
 * What is dangerous about autolearn's options. rspamd takes a condition that it
 * cannot parse, and none at all, for one that always holds.
 *
 * @module
 */

import { MAIL_CLASSES, type MailClass } from "../../features/mail_class.ts";
import { nearestName } from "../../nearest.ts";
import { ExpressionError } from "../expression/expression_error.ts";
import { parseExpression } from "../expression/parser.ts";
import {
  type AutolearnOptions,
  type ClassConditions,
  conditionsOf,
} from "./options.ts";

/** rspamd's names of what is done with a message. Others can be configured. */
const ACTIONS = [
  "reject",
  "soft reject",
  "rewrite subject",
  "add header",
  "greylist",
  "no action",
  "discard",
  "quarantine",
];

/** Something that is wrong with autolearn's options. */
export interface AutolearnProblem {
  /** With an error nothing is learned. */
  readonly severity: "error" | "warning";
  /** The option, as it is called in a configuration. */
  readonly option: string;
  /** What is wrong, and what to do. */
  readonly message: string;
}

/** Options of autolearn that would teach what nobody wants. */
export class AutolearnError extends Error {
  /** Tells it from other errors. */
  override name = "AutolearnError";

  /**
   * Tells problems.
   *
   * @param problems at least one
   */
  constructor(problems: readonly AutolearnProblem[]) {
    const told = problems.map(({ option, message }) => `${option}: ${message}`);
    super(`autolearn: ${told.join("; ")}`);
  }
}

/** Tells what is wrong with options, those of both classes. */
export function autolearnProblems(
  options: AutolearnOptions,
): AutolearnProblem[] {
  return MAIL_CLASSES.flatMap((mailClass) => {
    const conditions = conditionsOf(options, mailClass);
    return [
      ...unparsable(conditions, mailClass),
      ...weightless(conditions, mailClass),
      ...unknownAction(conditions, mailClass),
      ...(options.enabled ? unconditional(conditions, mailClass) : []),
    ];
  });
}

/**
 * Throws if options have errors.
 *
 * @throws {AutolearnError} with all of them
 */
export function checkAutolearn(options: AutolearnOptions): void {
  const errors = autolearnProblems(options)
    .filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new AutolearnError(errors);
}

function unparsable(
  { condition }: ClassConditions,
  mailClass: MailClass,
): AutolearnProblem[] {
  if (condition === undefined) return [];
  try {
    parseExpression(condition);
    return [];
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { message } = error;
    return [{ severity: "error", option: `${mailClass}_condition`, message }];
  }
}

function weightless(
  { symbols = [], symbolWeight }: ClassConditions,
  mailClass: MailClass,
): AutolearnProblem[] {
  if (symbolWeight === undefined || symbols.length > 0) return [];
  return [{
    severity: "error",
    option: `${mailClass}_symbol_weight`,
    message:
      `it is about the scores of ${mailClass}_symbols, and there are none`,
  }];
}

function unknownAction(
  { action }: ClassConditions,
  mailClass: MailClass,
): AutolearnProblem[] {
  if (action === undefined || ACTIONS.includes(action)) return [];
  const nearest = nearestName(action, ACTIONS);
  const hint = nearest
    ? `the nearest one is ${JSON.stringify(nearest)}`
    : `there are ${ACTIONS.join(", ")}, and those that are configured`;
  return [{
    severity: "warning",
    option: `${mailClass}_action`,
    message: `rspamd has no action ${
      JSON.stringify(action)
    } by itself; ${hint}`,
  }];
}

/** A symbol weight counts together with its symbols only. */
function unconditional(
  { score, action, condition, symbols = [], probability }: ClassConditions,
  mailClass: MailClass,
): AutolearnProblem[] {
  const isConditional = score !== undefined || action !== undefined ||
    condition !== undefined || symbols.length > 0 || probability === 0;
  if (isConditional) return [];
  const options = ["score", "action", "symbols"]
    .map((option) => `${mailClass}_${option}`).join(", ");
  return [{
    severity: "error",
    option: "enabled",
    message: `every message would be learned as ${mailClass}: give ` +
      `${options} or ${mailClass}_condition; to learn no ${mailClass}, ` +
      `sampling { ${mailClass}_prob = 0; }`,
  }];
}
