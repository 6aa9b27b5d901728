/**
 * Reasons of several rules, told in one line.
 *
 * @module
 */

/** What a rule did not do, and why. */
interface Refused {
  rule: string;
  reason?: string;
}

/**
 * Joins the reasons of rules. Equal ones are told once; where they differ, each
 * names its rules.
 */
export function joinReasons(refused: readonly Refused[]): string {
  const rulesBy = new Map<string, Set<string>>();
  for (const { rule, reason } of refused) {
    if (reason === undefined) continue;
    if (!rulesBy.has(reason)) rulesBy.set(reason, new Set());
    rulesBy.get(reason)!.add(rule);
  }
  const isOneRule = new Set(refused.map(({ rule }) => rule)).size === 1;
  const namesNone = isOneRule || rulesBy.size === 1;
  return [...rulesBy].map(([reason, rules]) =>
    namesNone ? reason : `${[...rules].join(", ")}: ${reason}`
  ).join("; ");
}
