/**
 * Shows what a configuration means.
 *
 * @module
 */

import type { RuleConfig } from "./config.ts";
import type { Origins, UsableConfig } from "./load.ts";
import type { Option, OptionTable } from "./option.ts";
import { RULES_KEY, TOP_OPTIONS } from "./options.ts";
import { RULE_OPTIONS } from "./options/rule.ts";
import { withoutControls } from "./problem.ts";
import type { Json } from "./ucl/value.ts";

const HIDDEN = "***";
/** Keys of free-form sections whose texts are not shown. */
const SECRET_KEY = /key|token|secret|password|hash/i;

/** A value as `config show --json` prints it. */
export interface ShownValue {
  /** Null for an option that is not set. */
  readonly value: Json;
  /** `default`, or `FILE:LINE:COLUMN`. */
  readonly source: string;
}

/** An option with its value, or a section with what it holds. */
type Item =
  | { name: string; path: string; value: Json | undefined; source: string }
  | { name: string; items: Item[] };

/**
 * Writes a configuration as UCL, defaults filled in, with a comment on each
 * line that says where the value came from. Secrets are written as `***`;
 * apart from them the text loads to the same configuration.
 */
export function renderConfig(loaded: UsableConfig): string {
  return renderItems(itemsOf(loaded), "");
}

/**
 * Gives the same by option path: `{"rules.default.prefix": {value, source}}`.
 */
export function configToJson(
  loaded: UsableConfig,
): Record<string, ShownValue> {
  return Object.fromEntries(flatten(itemsOf(loaded)));
}

function itemsOf({ config, origins }: UsableConfig): Item[] {
  const rules = config.rules.map((rule) => ({
    name: quote(rule.key),
    items: ruleItems(rule, origins),
  }));
  return [
    ...tableItems(TOP_OPTIONS, { ...config }, "", origins),
    { name: RULES_KEY, items: rules },
  ];
}

function ruleItems(rule: RuleConfig, origins: Origins): Item[] {
  const path = `${RULES_KEY}.${rule.key}.`;
  return tableItems(RULE_OPTIONS, { ...rule }, path, origins);
}

/** Fields that the values lack are kept elsewhere and left out. */
function tableItems(
  table: OptionTable,
  values: Record<string, unknown>,
  prefix: string,
  origins: Origins,
): Item[] {
  return Object.entries(table).filter(([field]) => field in values).map(
    ([field, entry]) => {
      const { name } = entry;
      const path = prefix + name;
      const value = values[field];
      if (entry.kind === "section") {
        const inner = value as Record<string, unknown>;
        const items = tableItems(entry.options, inner, `${path}.`, origins);
        return { name, items };
      }
      if (entry.kind === "named sections") {
        const sections = value as ReadonlyMap<string, Record<string, unknown>>;
        const items = [...sections].map(([key, inner]) => ({
          name: quote(key),
          items: tableItems(entry.options, inner, `${path}.${key}.`, origins),
        }));
        return { name, items };
      }
      const source = describeOrigin(origins, path);
      return { name, path, value: shownValue(entry, value), source };
    },
  );
}

function describeOrigin(origins: Origins, path: string): string {
  const origin = origins.get(path) ?? "default";
  return origin === "default"
    ? origin
    : `${origin.file}:${origin.line}:${origin.column}`;
}

function shownValue(option: Option<unknown>, value: unknown): Json | undefined {
  if (value === undefined) return undefined;
  switch (option.secret) {
    case "all":
      return HIDDEN;
    case "url":
      return hidePassword(String(value));
    case "inside":
      return hideSecrets(plain(value));
    default:
      return plain(value);
  }
}

function hidePassword(url: string): string {
  return url.replace(/^([\w+.-]+:\/\/[^@/]*?:)[^/]*@/, `$1${HIDDEN}@`)
    // In the query of one of the web there may be a token.
    .replace(/^(https?:\/\/[^?#]*\?)[^#]+/i, `$1${HIDDEN}`);
}

function hideSecrets(value: Json): Json {
  if (Array.isArray(value)) return value.map(hideSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      SECRET_KEY.test(key) && typeof inner === "string"
        ? HIDDEN
        : hideSecrets(inner),
    ]),
  );
}

function plain(value: unknown): Json {
  if (value instanceof Set) return [...value];
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([k, v]) => [k, plain(v)]));
  }
  return value as Json;
}

function renderItems(items: readonly Item[], indent: string): string {
  return items.map((item) => {
    if ("items" in item) {
      const inner = renderItems(item.items, `${indent}  `);
      return `${indent}${item.name} {\n${inner}${indent}}\n`;
    }
    const { name, value, source } = item;
    return value === undefined
      ? `${indent}# ${name} is not set\n`
      : `${indent}${name} = ${toUcl(value)}; # ${withoutControls(source)}\n`;
  }).join("");
}

/** JSON is UCL, save that `$` begins a variable and whole numbers are short. */
function toUcl(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(toUcl).join(", ")}]`;
  switch (typeof value) {
    case "object": {
      const entries = Object.entries(value ?? {}).map(([key, inner]) =>
        `${quote(key)}: ${toUcl(inner)}`
      );
      return value === null ? "null" : `{${entries.join(", ")}}`;
    }
    case "string":
      return quote(value);
    case "number":
      if (Number.isNaN(value)) return "nan";
      if (!Number.isFinite(value)) return "inf";
      return Number.isSafeInteger(value) || !Number.isInteger(value)
        ? String(value)
        : value.toExponential();
    default:
      return String(value);
  }
}

function quote(text: string): string {
  return JSON.stringify(text).replaceAll("$", "\\u0024");
}

function flatten(items: readonly Item[]): [string, ShownValue][] {
  return items.flatMap((item) => {
    if ("items" in item) return flatten(item.items);
    const { path, value, source } = item;
    return [[path, { value: value ?? null, source }]];
  });
}
