/**
 * Which networks a scan is for.
 *
 * @module
 */

import type { RuleConfig } from "../config/config.ts";
import { type Scan, ScanError } from "../features/scan.ts";
import type { AutolearnChoice } from "./autolearning.ts";
import type { Network } from "./network.ts";
import { type Networks, UnknownRuleError } from "./networks.ts";

/** A rule that is to learn a scan, and by which network, or why by none. */
export interface Target {
  rule: RuleConfig;
  network: Network | string;
  /** What autolearn says, where it is asked. */
  choice?: AutolearnChoice;
}

/**
 * Finds the rules that are to learn a scan, with their networks.
 *
 * @param only name of the only rule to teach
 * @returns why it cannot be learned by any: an unknown rule, or other
 * metatokens than those that are configured
 */
export function findTargets(
  networks: Networks,
  scan: Scan,
  only: string | undefined,
): Target[] | ScanError | UnknownRuleError {
  try {
    return networks.rules(only)
      .map((rule) => ({ rule, network: networks.find(rule, scan) }));
  } catch (error) {
    if (error instanceof ScanError || error instanceof UnknownRuleError) {
      return error;
    }
    throw error;
  }
}
