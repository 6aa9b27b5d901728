/**
 * The guards of a configuration: `neurald { guards { NAME { … } } }`.
 *
 * @module
 */

import type { Config, GuardConfig } from "../config/config.ts";
import { Expression } from "../policy/expression/expression.ts";
import { FiredSymbols } from "../policy/fired_symbols.ts";
import type { Guard } from "../policy/guards/guard.ts";
import {
  type GuardCounts,
  Guards,
  newGuardCounts,
  type RegisteredGuard,
} from "../policy/guards/guards.ts";
import { httpGuard } from "./http_guard.ts";

/**
 * Makes the guards of a configuration.
 *
 * @param counts those of the guards that there were before, which go on
 */
export function configuredGuards(
  { neurald }: Config,
  counts: Map<string, GuardCounts>,
): RegisteredGuard[] {
  const guards = new Guards();
  for (const [name, config] of neurald.guards) {
    const { priority, timeoutSeconds, onError } = config;
    const known = counts.get(name) ?? newGuardCounts();
    counts.set(name, known);
    guards.register(
      name,
      forClass(config, guardOf(name, config)),
      { priority, timeoutSeconds, onError },
      known,
    );
  }
  return guards.list();
}

function guardOf(name: string, { url, condition }: GuardConfig): Guard {
  return url === undefined ? expressionGuard(name, condition!) : httpGuard(url);
}

/** What is learned has to fit an expression. */
function expressionGuard(name: string, condition: string): Guard {
  const expression = new Expression(condition);
  const refusal = `${name}: ${condition} does not hold`;
  return (scan) =>
    expression.evaluate(new FiredSymbols(scan).valueOf) > 0 ? true : refusal;
}

/** Asks a guard about the class only that it is about. */
function forClass({ class: only }: GuardConfig, guard: Guard): Guard {
  if (only === undefined) return guard;
  return (scan, mailClass, context, signal) =>
    mailClass !== only || guard(scan, mailClass, context, signal);
}
