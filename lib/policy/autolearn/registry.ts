/**
 * What programs say about autolearn: guards, and defaults of all rules.
 *
 * @module
 */

import type { Guard, GuardOptions } from "../guards/guard.ts";
import { Guards } from "../guards/guards.ts";
import { Autolearn } from "./autolearn.ts";
import {
  AUTOLEARN_DEFAULTS,
  type AutolearnChanges,
  type AutolearnOptions,
  mergeAutolearn,
} from "./options.ts";
import { checkAutolearn } from "./problems.ts";

/**
 * Guards, and options where a rule does not say otherwise: those of one daemon,
 * if it is started with a registry of its own.
 */
export class AutolearnRegistry {
  /** The guards that programs registered. */
  readonly guards: Guards = new Guards();
  #defaults: AutolearnOptions = AUTOLEARN_DEFAULTS;

  /** The options of a rule that says nothing; another object when changed. */
  get defaults(): AutolearnOptions {
    return this.#defaults;
  }

  /**
   * Changes the options that hold where a rule does not say otherwise. What
   * was changed before stays.
   *
   * @throws {import("./problems.ts").AutolearnError} when they would be
   * dangerous; nothing is changed then
   */
  configure(changes: AutolearnChanges): void {
    const defaults = mergeAutolearn(this.#defaults, changes);
    checkAutolearn(defaults);
    this.#defaults = defaults;
  }

  /**
   * Autolearn by the options of a rule: the defaults, what the rule changes,
   * and what one call changes.
   *
   * @throws {import("./problems.ts").AutolearnError} when they are dangerous
   */
  autolearn(rule: AutolearnChanges, call: AutolearnChanges = {}): Autolearn {
    const options = mergeAutolearn(mergeAutolearn(this.#defaults, rule), call);
    checkAutolearn(options);
    return new Autolearn(options);
  }
}

/** The registry of this process, which daemons use unless told otherwise. */
export const PROCESS_REGISTRY: AutolearnRegistry = new AutolearnRegistry();

/**
 * Registers a guard: a function that says of each scan that would be learned
 * without a class whether it may be. The first refusal wins, and its reason is
 * answered: `blocked by guard: …`.
 *
 * @example
 * ```ts
 * import { registerGuard, unregisterGuard } from "@neurald/neurald";
 *
 * registerGuard("known senders", (scan, mailClass, { score = 0 }) => {
 *   const isKnown = scan.symbols.some(({ name }) => name === "KNOWN_SENDER");
 *   if (mailClass === "ham" || !isKnown) return true;
 *   return `known senders are not spam, whatever the score of ${score}`;
 * }, { priority: 10 });
 *
 * unregisterGuard("known senders"); // true
 * ```
 *
 * @returns the name
 * @throws {TypeError} when there is one of that name, or an option is wrong
 */
export function registerGuard(
  name: string,
  guard: Guard,
  options?: GuardOptions,
): string {
  return PROCESS_REGISTRY.guards.register(name, guard, options);
}

/**
 * Removes a guard of {@linkcode registerGuard}.
 *
 * @returns whether there was one of that name
 */
export function unregisterGuard(name: string): boolean {
  return PROCESS_REGISTRY.guards.unregister(name);
}

/**
 * Changes the options of autolearn that hold where a rule of the configuration
 * does not say otherwise. They have to be safe by themselves, and so has a rule
 * that is enabled in the configuration.
 *
 * @example
 * ```ts
 * import { configure } from "@neurald/neurald";
 *
 * configure({ spamScore: 12, hamScore: -2, excludeLocal: true });
 * ```
 *
 * @throws {AutolearnError} when they would be dangerous; nothing is changed then
 */
export function configure(changes: AutolearnChanges): void {
  PROCESS_REGISTRY.configure(changes);
}
