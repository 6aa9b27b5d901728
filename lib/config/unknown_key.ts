/**
 * What to say of a key that is not known where it stands.
 *
 * @module
 */

import { nearestName } from "./nearest.ts";
import { levelsOf } from "./options.ts";

/** Sections that rspamd's documentation shows beside the neural module's. */
const FOREIGN_SECTIONS: Readonly<Record<string, string>> = {
  symbols: "holds the scores of symbols, which are rspamd's; it belongs in " +
    "rspamd's local.d/neural_group.conf",
  extra_columns: "is of rspamd's ClickHouse module; it belongs in rspamd's " +
    "local.d/clickhouse.conf",
};

/**
 * Says where the key belongs or, when it belongs nowhere, which known one is
 * nearest to it.
 *
 * @param known The names that may stand where the key stands.
 */
export function explainUnknownKey(
  key: string,
  known: readonly string[],
): string {
  if (Object.hasOwn(FOREIGN_SECTIONS, key)) return FOREIGN_SECTIONS[key];
  const levels = levelsOf(key);
  if (levels.length > 0) return `belongs ${levels.join(" or ")}`;
  const nearest = nearestName(key, known);
  return nearest === undefined
    ? "unknown option"
    : `unknown option; the nearest known one here is ${nearest}`;
}
