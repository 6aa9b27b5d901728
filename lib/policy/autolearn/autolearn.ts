/**
 * Autolearn: which messages are learned without anybody saying what they are
 * (rspamd `lualib/lua_neural_learn.lua`, whose order and reasons these are).
 *
 * @module
 */

import { isLocalAddress } from "../../features/ip_address.ts";
import type { MailClass } from "../../features/mail_class.ts";
import type { Scan } from "../../features/scan.ts";
import { Expression } from "../expression/expression.ts";
import { FiredSymbols } from "../fired_symbols.ts";
import {
  type AutolearnOptions,
  type ClassConditions,
  conditionsOf,
} from "./options.ts";

/** What autolearn needs to know besides the scan. */
export interface AutolearnContext {
  /**
   * Asks the guards.
   *
   * @returns why the scan must not be learned, if it must not
   */
  guard?(mailClass: MailClass): Promise<string | undefined>;
  /**
   * The probability of spam by the network in service, where the scan does not
   * have it (`neural_prob`).
   */
  probability?(): number | undefined;
  /** Gives numbers in [0, 1). */
  random(): number;
}

/** Whether a scan is learned as a class, and if not, why. */
export type AutolearnAnswer =
  | { readonly learn: true }
  | { readonly learn: false; readonly reason: string };

/** What a scan is learned as, or why as nothing. */
export type AutolearnDecision =
  | { readonly class: MailClass; readonly reason: string }
  | { readonly class?: undefined; readonly reason: string };

/** The variable that neurald knows the value of, too. */
const OWN_VARIABLE = "neural_prob";

const DISABLED = "autolearn disabled";

/** Conditions of a class, the expression compiled. */
type Compiled = ClassConditions & { readonly expression?: Expression };

/** Decides by options that are compiled once. */
export class Autolearn {
  /** What it goes by. */
  readonly options: AutolearnOptions;
  readonly #conditions: Readonly<Record<MailClass, Compiled>>;

  /**
   * Whether the options are dangerous is for `checkAutolearn` to say.
   *
   * @throws {import("../expression/expression_error.ts").ExpressionError} when
   * a condition is no expression
   */
  constructor(options: AutolearnOptions) {
    this.options = options;
    this.#conditions = {
      spam: compiled(conditionsOf(options, "spam")),
      ham: compiled(conditionsOf(options, "ham")),
    };
  }

  /** Decides whether a scan is learned as a class. */
  async canLearn(
    scan: Scan,
    mailClass: MailClass,
    context: AutolearnContext,
  ): Promise<AutolearnAnswer> {
    const symbols = new FiredSymbols(scan);
    const reason = await this.#refusal(scan, symbols, mailClass, context);
    return reason === undefined ? { learn: true } : { learn: false, reason };
  }

  /** Decides what a scan is learned as: spam if it may be, or else ham. */
  async learnType(
    scan: Scan,
    context: AutolearnContext,
  ): Promise<AutolearnDecision> {
    const symbols = new FiredSymbols(scan);
    const notSpam = await this.#refusal(scan, symbols, "spam", context);
    if (notSpam === undefined) {
      return { class: "spam", reason: "autolearn spam" };
    }
    if (!this.options.enabled) return { reason: notSpam };
    const notHam = await this.#refusal(scan, symbols, "ham", context);
    return notHam === undefined
      ? { class: "ham", reason: "autolearn ham" }
      : { reason: notSpam };
  }

  async #refusal(
    scan: Scan,
    symbols: FiredSymbols,
    mailClass: MailClass,
    context: AutolearnContext,
  ): Promise<string | undefined> {
    if (!this.options.enabled) return DISABLED;
    const blocked = await context.guard?.(mailClass);
    if (blocked !== undefined) return `blocked by guard: ${blocked}`;
    const conditions = this.#conditions[mailClass];
    return this.#exclusion(scan, symbols) ??
      wrongScore(scan, mailClass, conditions) ??
      wrongAction(scan, mailClass, conditions) ??
      wrongSymbols(symbols, mailClass, conditions) ??
      wrongExpression(symbols, mailClass, conditions) ??
      this.#confidence(scan, mailClass, context) ??
      sampledOut(conditions, context);
  }

  #exclusion({ ip, user }: Scan, symbols: FiredSymbols): string | undefined {
    const { excludeLocal, excludeUsers, skipSymbols = [] } = this.options;
    if (excludeLocal && ip !== undefined && isLocalAddress(ip)) {
      return "local network message";
    }
    if (excludeUsers && user !== undefined) return "authenticated user";
    const forbidden = skipSymbols.find((name) => symbols.has(name));
    if (forbidden === undefined) return undefined;
    return `has forbidden symbol: ${forbidden}`;
  }

  /** Nothing is skipped where nothing is known. */
  #confidence(
    { variables }: Scan,
    mailClass: MailClass,
    context: AutolearnContext,
  ): string | undefined {
    const { enabled, variable, spamMinimum, hamMaximum } =
      this.options.probabilityCheck;
    if (!enabled) return undefined;
    const probability = variables && Object.hasOwn(variables, variable)
      ? variables[variable]
      : variable === OWN_VARIABLE
      ? context.probability?.()
      : undefined;
    if (probability === undefined) return undefined;
    if (mailClass === "spam") {
      return probability >= spamMinimum
        ? `already confident spam: ${rounded(probability)} >= ${
          rounded(spamMinimum)
        }`
        : undefined;
    }
    return probability <= hamMaximum
      ? `already confident ham: ${rounded(probability)} <= ${
        rounded(hamMaximum)
      }`
      : undefined;
  }
}

function compiled(conditions: ClassConditions): Compiled {
  const { condition } = conditions;
  if (condition === undefined) return conditions;
  return { ...conditions, expression: new Expression(condition) };
}

function wrongScore(
  { score }: Scan,
  mailClass: MailClass,
  { score: needed }: Compiled,
): string | undefined {
  if (needed === undefined) return undefined;
  if (score === undefined) return `no score, and ${mailClass}_score is needed`;
  if (mailClass === "spam") {
    return score >= needed
      ? undefined
      : `score ${rounded(score)} < spam_score ${rounded(needed)}`;
  }
  return score <= needed
    ? undefined
    : `score ${rounded(score)} > ham_score ${rounded(needed)}`;
}

function wrongAction(
  { action }: Scan,
  mailClass: MailClass,
  { action: needed }: Compiled,
): string | undefined {
  if (needed === undefined || action === needed) return undefined;
  return action === undefined
    ? `no action, and ${mailClass}_action is needed`
    : `action ${action} != required ${needed}`;
}

function wrongSymbols(
  symbols: FiredSymbols,
  mailClass: MailClass,
  { symbols: needed = [], symbolWeight }: Compiled,
): string | undefined {
  const missing = needed.find((name) => !symbols.has(name));
  if (missing !== undefined) return `missing required symbol: ${missing}`;
  if (symbolWeight === undefined) return undefined;
  const weight = needed.reduce((sum, name) => sum + symbols.scoreOf(name), 0);
  const isEnough = mailClass === "spam"
    ? weight >= symbolWeight
    : weight <= symbolWeight;
  if (isEnough) return undefined;
  const relation = mailClass === "spam" ? "<" : ">";
  return `${mailClass} symbol weight ${rounded(weight)} ${relation} ${
    rounded(symbolWeight)
  }`;
}

function wrongExpression(
  symbols: FiredSymbols,
  mailClass: MailClass,
  { expression }: Compiled,
): string | undefined {
  // Written so that a value which is no number does not satisfy.
  if (!expression || expression.evaluate(symbols.valueOf) > 0) return undefined;
  return `${mailClass}_condition not satisfied: ${expression.text}`;
}

/** With probability 0 nothing is learned, whatever the coin. */
function sampledOut(
  { probability }: Compiled,
  { random }: AutolearnContext,
): string | undefined {
  if (probability >= 1) return undefined;
  const coin = random();
  if (coin <= probability && probability > 0) return undefined;
  return `sampled out: ${rounded(coin)} > ${rounded(probability)}`;
}

/** As C prints `%.2f`. */
function rounded(value: number): string {
  return value.toFixed(2);
}
