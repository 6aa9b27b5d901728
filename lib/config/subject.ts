/**
 * What checks of a rule are given.
 *
 * @module
 */

import type { Config, RuleConfig } from "./config.ts";
import type { Severity } from "./problem.ts";

/** A rule under examination. */
export interface Subject {
  readonly rule: RuleConfig;
  readonly config: Config;
  /** True when none of these options was given a wrong value. */
  isSound(...options: string[]): boolean;
  /** Reports something about one of the rule's options, or all of it. */
  report(severity: Severity, option: string, message: string): void;
}
