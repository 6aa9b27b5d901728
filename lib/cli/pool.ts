/**
 * `neurald pool`: what a running neurald keeps to learn from.
 *
 * @module
 */

import type {
  NextTraining,
  Pools,
  PoolStatus,
  RulePools,
} from "../engine/pools.ts";
import { MAIL_CLASSES } from "../features/mail_class.ts";
import type { PoolGroup } from "../store/store.ts";
import { Client, CLIENT_FLAGS } from "./client.ts";
import { defineCommand } from "./command.ts";
import { EXIT } from "./exit.ts";

/** `neurald pool` */
export const poolCommand = defineCommand({
  name: "pool",
  summary: "show what a running neurald keeps to learn from",
  operands: "",
  maxOperands: 0,
  flags: {
    ...CLIENT_FLAGS,
    rule: { kind: "text", value: "NAME", help: "the only rule to show" },
    json: { kind: "switch", help: "print what the server answers" },
  },
  async run({ flags, terminal }) {
    using client = await Client.open(flags);
    const path = flags.rule === undefined
      ? "/v1/pool"
      : `/v1/pool?rule=${encodeURIComponent(flags.rule)}`;
    const response = await client.send("GET", path);
    const pools: Pools = await response.json();
    if (flags.json) terminal.print(JSON.stringify(pools));
    else terminal.print(linesOf(pools).join("\n"));
    return EXIT.good;
  },
});

function linesOf({ at, rules }: Pools): string[] {
  return Object.entries(rules).flatMap(([name, rule], i) => [
    ...(i > 0 ? [""] : []),
    `rule ${name} (${rule.learn_mode}, max_trains ${rule.max_trains})`,
    ...indented([...linesOfPools(rule, at), ...linesOfRefused(rule, at)]),
  ]);
}

function linesOfPools({ pools }: RulePools, at: number): string[] {
  if (pools.length === 0) return ["nothing has been learned yet"];
  return pools.flatMap((pool) => [
    `settings ${pool.settings}, metatokens of version ${pool.metatoken_version}`,
    ...indented(linesOfPool(pool, at)),
  ]);
}

function linesOfPool(
  { groups, quarantined, next_training }: PoolStatus,
  at: number,
): string[] {
  return [
    ...table(
      ["samples", "class", "state", "source", "oldest", "newest"],
      groups.map((group) => cellsOf(group, at)),
    ),
    ...(quarantined > 0 ? [`${quarantined} in quarantine`] : []),
    `next training: ${whenOf(next_training, at)}`,
  ];
}

function cellsOf(
  { samples, class: mailClass, fresh, source, oldest, newest }: PoolGroup,
  at: number,
): string[] {
  const ageOf = (time: number | undefined) =>
    time === undefined ? "-" : age(at - time);
  return [
    String(samples),
    mailClass,
    fresh ? "fresh" : "retained",
    source,
    ageOf(oldest),
    ageOf(newest),
  ];
}

function whenOf(
  { missing, kept_back, retry_at, in_progress }: NextTraining,
  at: number,
): string {
  if (in_progress) return "under way";
  const lacking = MAIL_CLASSES
    .filter((mailClass) => missing[mailClass] > 0)
    .map((mailClass) => `${missing[mailClass]} ${mailClass}`);
  const conditions = [
    ...(kept_back === undefined ? [] : [`not by itself (${kept_back})`]),
    ...(lacking.length > 0 ? [`${lacking.join(" and ")} are missing`] : []),
    ...(retry_at === undefined
      ? []
      : [`not before ${age(retry_at - at)} from now`]),
  ];
  return conditions.length > 0 ? conditions.join("; ") : "due";
}

function linesOfRefused({ refused }: RulePools, at: number): string[] {
  if (!refused) return [];
  const rows = refused.reasons.map(({ class: mailClass, kind, times }) => [
    String(times),
    mailClass ?? "-",
    kind,
  ]);
  return [
    `not learned, since ${age(at - refused.since)} ago`,
    ...indented(table(["times", "class", "because of"], rows)),
  ];
}

/** Columns below their heads, numbers in the first at its right side. */
function table(heads: string[], rows: string[][]): string[] {
  if (rows.length === 0) return [];
  const all = [heads, ...rows];
  const widths = heads.map((_, column) =>
    Math.max(...all.map((row) => row[column].length))
  );
  return all.map((row) =>
    row.map((cell, column) =>
      column === 0 ? cell.padStart(widths[0]) : cell.padEnd(widths[column])
    ).join("  ").trimEnd()
  );
}

const UNITS: readonly [seconds: number, name: string][] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
];

/** A duration in its largest unit, of which there are two at least. */
function age(seconds: number): string {
  for (const [size, name] of UNITS) {
    if (seconds >= 2 * size) return `${Math.floor(seconds / size)} ${name}`;
  }
  return `${Math.max(0, Math.floor(seconds))} s`;
}

function indented(lines: string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
