/**
 * Reads a section of a file by a table of options.
 *
 * @module
 */

import { describeValue } from "./describe_value.ts";
import {
  aliasesOf,
  type Complaint,
  type Entry,
  type NamedSections,
  type NoEffect,
  type Option,
  type OptionTable,
  type Section,
  type ValuesOf,
} from "./option.ts";
import type { ProblemList } from "./problem.ts";
import { joinKey } from "./ucl/key_path.ts";
import { formatPlace, type Place } from "./ucl/place.ts";
import type { UclElement, UclEntry, UclObject, UclValue } from "./ucl/value.ts";
import { explainUnknownKey } from "./unknown_key.ts";

/** Where a value came from: a place in a file, or the option's default. */
export type Origin = Place | "default";

/** An option that was given although it may have no effect. */
export interface GivenInVain {
  /** As it stands in the file. */
  readonly key: string;
  readonly at: Place;
  /** Why it may have none. */
  readonly reason: NoEffect;
}

/** What reading a configuration gathers besides values. */
export interface Findings {
  /** What is wrong. */
  readonly problems: ProblemList;
  /** By option path, as `config show` names them. */
  readonly origins: Map<string, Origin>;
  /** To be warned of, unless the rest of the configuration needs them. */
  readonly inVain: GivenInVain[];
  /** Paths of options whose values could not be used. */
  readonly wrong: Set<string>;
  /** False when there is a part of the text that could not be read. */
  readonly isWhole: boolean;
}

/** Which section is being read, under its two names. */
export interface Scope {
  /** As it stands in the file, for problems: `train`. */
  readonly key: string;
  /** As it stands in the configuration: `rules.default.train`. */
  readonly path: string;
  readonly findings: Findings;
}

/** The scope of what is called so inside another. */
export function inside(scope: Scope, name: string): Scope {
  return {
    ...scope,
    key: joinKey(scope.key, name),
    path: joinKey(scope.path, name),
  };
}

/** Where an option was given or, when it was not, where its section begins. */
export function placeOf(option: string, scope: Scope): Place {
  const { origins } = scope.findings;
  const origin = origins.get(inside(scope, option).path);
  return (origin === "default" ? undefined : origin) ??
    origins.get(scope.path) as Place;
}

/** What is said of a key; undefined also for `null`, which means not set. */
export function entryOf(
  object: UclObject | undefined,
  name: string,
): UclEntry | undefined {
  const entry = object?.entries.get(name);
  return entry?.elements.every(isUnset) ? undefined : entry;
}

/** A `null` that is written; where nothing stands at all, a value is missing. */
function isUnset({ value }: UclElement): boolean {
  return value.kind === "null" && value.written;
}

/**
 * Reads the options of a table, fills in defaults for those that are absent or
 * wrong, and notes where each came from. Keys that the table does not have are
 * left to {@linkcode checkKeys}.
 */
export function readOptions<T extends OptionTable>(
  table: T,
  object: UclObject | undefined,
  scope: Scope,
): ValuesOf<T> {
  const values: Record<string, unknown> = {};
  for (const [field, entry] of Object.entries(table)) {
    values[field] = readEntry(entry, object, scope);
  }
  return values as ValuesOf<T>;
}

function readEntry(
  entry: Entry,
  object: UclObject | undefined,
  scope: Scope,
): unknown {
  switch (entry.kind) {
    case "option":
      return readOption(entry, object, scope);
    case "section":
      return readSection(entry, object, scope);
    case "named sections":
      return readNamedSections(entry, object, scope);
  }
}

/** Reads sections by their names, in the order of the file. */
function readNamedSections<T extends OptionTable>(
  { name, options }: NamedSections<T>,
  object: UclObject | undefined,
  scope: Scope,
): ReadonlyMap<string, ValuesOf<T>> {
  const outer = inside(scope, name);
  const entry = entryOf(object, name);
  const sections = entry && objectIn(onlyElement(entry, outer), outer);
  const values = new Map<string, ValuesOf<T>>();
  for (const key of sections?.entries.keys() ?? []) {
    const given = entryOf(sections, key);
    if (!given) continue;
    const inner = inside(outer, key);
    const element = onlyElement(given, inner);
    const content = objectIn(element, inner);
    if (!content) continue;
    scope.findings.origins.set(inner.path, element.at);
    checkKeys(content, [options], inner);
    values.set(key, readOptions(options, content, inner));
  }
  return values;
}

/** Only those of the values that were given in the file, and can be used. */
export function givenValues<T extends OptionTable>(
  table: T,
  values: ValuesOf<T>,
  scope: Scope,
): Partial<ValuesOf<T>> {
  const { origins, wrong } = scope.findings;
  const given: Record<string, unknown> = {};
  for (const [field, entry] of Object.entries(table)) {
    const inner = inside(scope, entry.name);
    const value = values[field];
    if (entry.kind === "section") {
      given[field] = givenValues(entry.options, value as typeof values, inner);
    } else if (
      origins.get(inner.path) !== "default" && !wrong.has(inner.path)
    ) {
      given[field] = value;
    }
  }
  return given as Partial<ValuesOf<T>>;
}

/** Reads a section, which is checked for unknown keys too. */
export function readSection<T extends OptionTable>(
  section: Section<T>,
  object: UclObject | undefined,
  scope: Scope,
): ValuesOf<T> {
  const inner = inside(scope, section.name);
  const entry = entryOf(object, section.name);
  const element = entry && onlyElement(entry, inner);
  const content = element && objectIn(element, inner);
  if (element && section.noEffect) {
    const { key, findings } = inner;
    findings.inVain.push({ key, at: element.at, reason: section.noEffect });
  }
  if (content) checkKeys(content, [section.options], inner);
  return readOptions(section.options, content, inner);
}

/** The section that was given, or undefined after reporting something else. */
export function objectIn(
  { at, value }: UclElement,
  { key, findings }: Scope,
): UclObject | undefined {
  if (value.kind === "object") return value;
  findings.problems.add(
    "error",
    value.kind === "null" ? at : value.at,
    key,
    `expected a section, { … }, found ${describeValue(value)}`,
  );
  return undefined;
}

/**
 * The element of a key that may be given once. rspamd takes a key that is
 * given again for a list, and then uses none of it.
 */
export function onlyElement(
  { elements: [first, ...others] }: UclEntry,
  { key, findings }: Scope,
): UclElement {
  for (const { at } of others) {
    findings.problems.add(
      "error",
      at,
      key,
      `given again, first at ${formatPlace(first.at)}; keep one of them, or ` +
        "put both into one section",
    );
  }
  return first;
}

function readOption<V>(
  option: Option<V>,
  object: UclObject | undefined,
  scope: Scope,
): V {
  const { findings } = scope;
  const { path } = inside(scope, option.name);
  const [given, ...others] = [option.name, ...aliasesOf(option)].flatMap(
    (name) => {
      const entry = entryOf(object, name);
      return entry ? [{ entry, scope: inside(scope, name) }] : [];
    },
  );
  findings.origins.set(path, given?.entry.elements[0].value.at ?? "default");
  if (!given) return option.default;
  const { key } = given.scope;
  for (const other of others) {
    findings.problems.add(
      "warning",
      other.entry.elements[0].at,
      other.scope.key,
      `has no effect: it is another name of ${key}, which is given too`,
    );
  }
  const value = option.type.read(
    valueOf(given.entry, option, given.scope),
    (complaint) =>
      findings.problems.add(
        complaint.severity ?? "error",
        complaint.at,
        key,
        messageOf(complaint, option),
      ),
  );
  if (value === undefined) findings.wrong.add(path);
  if (option.noEffect && (value === undefined || !option.acts?.(value))) {
    const { at } = given.entry.elements[0];
    findings.inVain.push({ key, at, reason: option.noEffect });
  }
  return value ?? option.default;
}

function messageOf(
  { message, found, hint }: Complaint,
  { secret }: Option<unknown>,
): string {
  return [
    message,
    found && !secret ? `, found ${describeValue(found)}` : "",
    hint ? `; ${hint}` : "",
  ].join("");
}

/** Giving a list again adds to it; nothing else can be given again. */
function valueOf(
  entry: UclEntry,
  option: Option<unknown>,
  scope: Scope,
): UclValue {
  if (!option.type.isList || entry.elements.length === 1) {
    return onlyElement(entry, scope).value;
  }
  return {
    kind: "array",
    at: entry.elements[0].value.at,
    items: entry.elements.flatMap(({ value }) =>
      value.kind === "array" ? value.items : [value]
    ),
  };
}

/**
 * Reports every key that is in none of the tables.
 *
 * @param others Keys that are known besides.
 */
export function checkKeys(
  object: UclObject,
  tables: readonly OptionTable[],
  scope: Scope,
  others: readonly string[] = [],
): void {
  const { problems } = scope.findings;
  const entries = tables.flatMap((table) => Object.values(table));
  const names = [...others, ...entries.map(({ name }) => name)];
  const known = new Set([...names, ...entries.flatMap(aliasesOf)]);
  for (const [name, { elements }] of object.entries) {
    if (known.has(name) || problems.isFull) continue;
    const { severity, message } = explainUnknownKey(name, names);
    for (const { at } of elements) {
      problems.add(severity, at, inside(scope, name).key, message);
    }
  }
}
