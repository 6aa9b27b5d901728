/**
 * What to say of a key that is not known where it stands.
 *
 * @module
 */

import { nearestName } from "../nearest.ts";
import { levelsOf } from "./options.ts";
import type { Severity } from "./problem.ts";

/** Sections that rspamd's documentation shows beside the neural module's. */
const FOREIGN_SECTIONS: Readonly<Record<string, string>> = {
  symbols: "passed over: it holds the scores of symbols, for rspamd's " +
    "local.d/neural_group.conf",
  extra_columns: "passed over: it is of rspamd's ClickHouse module, for " +
    "rspamd's local.d/clickhouse.conf",
};

/** What to say, and how bad it is. */
export interface Explanation {
  /** A warning for what may stand there and is not neurald's. */
  readonly severity: Severity;
  /** What is wrong with the key. */
  readonly message: string;
}

/**
 * Says where the key belongs, and which known one is near it.
 *
 * @param known The names that may stand where the key stands.
 */
export function explainUnknownKey(
  key: string,
  known: readonly string[],
): Explanation {
  if (Object.hasOwn(FOREIGN_SECTIONS, key)) {
    return { severity: "warning", message: FOREIGN_SECTIONS[key] };
  }
  const levels = levelsOf(key);
  const what = levels.length > 0
    ? `belongs ${levels.join(" or ")}`
    : "unknown option";
  const nearest = nearestName(key, known);
  const message = nearest === undefined
    ? what
    : `${what}; the nearest known one here is ${nearest}`;
  return { severity: "error", message };
}
