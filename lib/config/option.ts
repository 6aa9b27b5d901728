/**
 * What an option is. The tables in `options/` are made of these, and all else
 * follows from the tables: reading, checking, the types of the configuration,
 * and what `config show` and the README say.
 *
 * @module
 */

import type { Severity } from "./problem.ts";
import type { Place } from "./ucl/place.ts";
import type { UclValue } from "./ucl/value.ts";

/** What is wrong with a value. */
export interface Complaint {
  /** Where the value stands. */
  readonly at: Place;
  /** What was expected. */
  readonly message: string;
  /** What to name as found; left out where it is secret. */
  readonly found?: UclValue;
  /** What to do. */
  readonly hint?: string;
  /** An error unless said otherwise. */
  readonly severity?: Severity;
}

/** Tells what is wrong with a value. */
export type Complain = (complaint: Complaint) => void;

/** What values an option takes, and how they are read. */
export interface OptionType<V> {
  /** For messages: `expected …`. */
  readonly expects: string;
  /** True when giving the option again adds to it. */
  readonly isList?: boolean;
  /**
   * Reads a value.
   *
   * @returns undefined after it has complained.
   */
  read(value: UclValue, complain: Complain): V | undefined;
}

/**
 * Why an option has no effect:
 * - `later`: this version of neurald does not act on it yet,
 * - `ignored`: rspamd has it and does not act on it either,
 * - `scanner`: it concerns what rspamd does before neurald is asked,
 * - `unneeded`: rspamd needs it, and neurald does not,
 * - `reads`: neurald reads from the server that it writes to,
 * - `redis`: it is about Redis, and acts only when that is the store.
 */
export type NoEffect =
  | "later"
  | "ignored"
  | "scanner"
  | "unneeded"
  | "reads"
  | "redis";

/** One option: its name, what it takes, and what it is when not given. */
export interface Option<V> {
  /** Tells options from sections. */
  readonly kind: "option";
  /** As in the file. */
  readonly name: string;
  /** Other names that it goes by. */
  readonly aliases?: readonly string[];
  /** What it takes. */
  readonly type: OptionType<V>;
  /** What it is when it is not given. */
  readonly default: V;
  /** One line for people. */
  readonly description: string;
  /** Set for an option that does nothing (yet); it then gives a warning. */
  readonly noEffect?: NoEffect;
  /** The values of an option marked `noEffect` that do have an effect. */
  acts?(value: V): boolean;
  /** How much of the value is not to be shown. */
  readonly secret?: "all" | "url" | "inside";
}

/** Options that stand together in braces. */
export interface Section<T extends OptionTable> {
  /** Tells sections from options. */
  readonly kind: "section";
  /** As in the file. */
  readonly name: string;
  /** What stands in it. */
  readonly options: T;
  /** One line for people. */
  readonly description: string;
  /** Set for a section that does nothing (yet). */
  readonly noEffect?: NoEffect;
}

/** Sections of one kind under names that are not known beforehand. */
export interface NamedSections<T extends OptionTable> {
  /** Tells them from options and sections. */
  readonly kind: "named sections";
  /** As in the file. */
  readonly name: string;
  /** What stands in each of them. */
  readonly options: T;
  /** One line for people. */
  readonly description: string;
}

/** What may stand in a section. */
export type Entry =
  | Option<unknown>
  | Section<OptionTable>
  | NamedSections<OptionTable>;

/** Options under the names of the fields that they fill. */
export interface OptionTable {
  /** An option, or options in braces. */
  readonly [field: string]: Entry;
}

/** What an option or a section becomes in the configuration. */
export type ValueOf<E> = E extends Option<infer V> ? V
  : E extends Section<infer T> ? ValuesOf<T>
  : E extends NamedSections<infer T> ? ReadonlyMap<string, ValuesOf<T>>
  : never;

/** What a table becomes in the configuration. */
export type ValuesOf<T extends OptionTable> = {
  readonly [K in keyof T]: ValueOf<T[K]>;
};

type OptionParts<V> = Omit<Option<V>, "kind" | "default">;

/** Defines an option with a default. */
export function option<V>(
  parts: OptionParts<V> & { readonly default: NoInfer<V> },
): Option<V> {
  return { kind: "option", ...parts };
}

/** Defines an option that may be left unset. */
export function optional<V>(parts: OptionParts<V>): Option<V | undefined> {
  return { kind: "option", ...parts, default: undefined };
}

/** Defines a section. */
export function section<T extends OptionTable>(
  parts: Omit<Section<T>, "kind">,
): Section<T> {
  return { kind: "section", ...parts };
}

/** Defines sections with names of their own. */
export function namedSections<T extends OptionTable>(
  parts: Omit<NamedSections<T>, "kind">,
): NamedSections<T> {
  return { kind: "named sections", ...parts };
}

/** The other names of an option; a section has none. */
export function aliasesOf(entry: Entry): readonly string[] {
  return entry.kind === "option" ? entry.aliases ?? [] : [];
}
