/**
 * The types of options: what values they take.
 *
 * @module
 */

import { parseDuration } from "./duration.ts";
import type { Complain, OptionType } from "./option.ts";
import { readNumber } from "./ucl/number.ts";
import { toJson } from "./ucl/value.ts";
import type { Json, UclEntry, UclObject, UclValue } from "./ucl/value.ts";

/** Ends in a suffix that stands for thousands or 1024s. */
const THOUSANDS = /\d[kmg]b?$/i;

/** Bounds of a number, both included. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
}

function mismatch(
  type: { expects: string },
  found: UclValue,
  complain: Complain,
  hint?: string,
): undefined {
  complain({ at: found.at, message: `expected ${type.expects}`, found, hint });
}

/** `true` or `false`, in any of UCL's spellings. */
export const boolean: OptionType<boolean> = {
  expects: "true or false",
  read(value, complain) {
    if (value.kind === "boolean") return value.value;
    return mismatch(this, value, complain);
  },
};

/** A boolean, or anything else, which rspamd then takes for true. */
export const looseBoolean: OptionType<boolean> = {
  expects: "true or false",
  read(value, complain) {
    if (value.kind === "boolean") return value.value;
    complain({
      at: value.at,
      message: `expected ${this.expects}`,
      found: value,
      hint: "it counts as true, as in rspamd",
      severity: "warning",
    });
    return true;
  },
};

/**
 * Returns the number that a value is. UCL takes a number with a suffix and a
 * blank after it for a text, so bare texts count too.
 */
function numberIn(value: UclValue): number | undefined {
  if (value.kind === "number") return value.value;
  return value.kind === "text" && !value.quoted
    ? numberInText(value.value)
    : undefined;
}

function numberInText(text: string): number | undefined {
  const number = readNumber(text, 0);
  return number && number.end === text.length && !number.outOfRange
    ? number.value
    : undefined;
}

function isWithin(number: number, { min, max }: Range): boolean {
  return Number.isFinite(number) && number >= (min ?? -Infinity) &&
    number <= (max ?? Infinity);
}

function describeRange(what: string, { min, max }: Range): string {
  if (min === undefined) return what;
  return max === undefined
    ? `${what}, at least ${min}`
    : `${what} from ${min} to ${max}`;
}

function numeric(
  expects: string,
  accepts: (number: number) => boolean,
): OptionType<number> {
  return {
    expects,
    read(value, complain) {
      const number = numberIn(value);
      if (number !== undefined && accepts(number)) {
        return number;
      }
      const isQuoted = value.kind === "text" && value.quoted &&
        numberInText(value.value) !== undefined;
      const hint = isQuoted ? "write it without quotation marks" : undefined;
      return mismatch(this, value, complain, hint);
    },
  };
}

/** A whole number; suffixes such as `1k` and `1mb` are UCL's. */
export function integer(range: Range = {}): OptionType<number> {
  return numeric(
    describeRange("a whole number", range),
    (number) => Number.isSafeInteger(number) && isWithin(number, range),
  );
}

/** Any number. */
export function number(range: Range = {}): OptionType<number> {
  return numeric(
    describeRange("a number", range),
    (number) => isWithin(number, range),
  );
}

/** A number above 0. */
export const positive: OptionType<number> = numeric(
  "a number above 0",
  (number) => number > 0 && Number.isFinite(number),
);

/** A number from 0 to 1. */
export const probability: OptionType<number> = number({ min: 0, max: 1 });

/**
 * A duration in seconds: a number, or a number with a unit, with or without
 * quotation marks.
 */
export function duration(range: Range): OptionType<number> {
  const bounds = describeRange("", range);
  return {
    expects: `a duration (30s, 10min, 2d)${bounds} seconds`,
    read(value, complain) {
      const seconds = value.kind === "text"
        ? parseDuration(value.value) ?? numberInText(value.value)
        : numberIn(value);
      const hint = value.kind === "number" && THOUSANDS.test(value.spelling)
        ? `it means ${seconds} seconds, as in rspamd; minutes are written 10min`
        : undefined;
      if (seconds === undefined || !isWithin(seconds, range)) {
        return mismatch(this, value, complain, hint);
      }
      if (hint) {
        complain({
          at: value.at,
          message: "probably not what is meant",
          found: value,
          hint,
          severity: "warning",
        });
      }
      return seconds;
    },
  };
}

/** A text of a certain form. */
export function textOf(
  expects: string,
  accepts: (text: string) => boolean,
): OptionType<string> {
  return {
    expects,
    read(value, complain) {
      const text = textIn(value);
      if (text !== undefined && accepts(text)) return text;
      const needsQuotes = text === undefined &&
        (value.kind === "number" || value.kind === "boolean");
      const hint = needsQuotes ? "put it in quotation marks" : undefined;
      return mismatch(this, value, complain, hint);
    },
  };
}

/** A number counts as the text that it is spelled with, if that is plain. */
function textIn(value: UclValue): string | undefined {
  if (value.kind === "text") return value.value;
  return value.kind === "number" && String(value.value) === value.spelling
    ? value.spelling
    : undefined;
}

/** Any text. */
export const text: OptionType<string> = textOf("a text", () => true);

/** A text that is part of keys and results: not empty, on one line. */
export const name: OptionType<string> = textOf(
  "a name",
  (text) => text !== "" && !/\p{Cc}/u.test(text),
);

/** One of a few values. */
export function oneOf<const V extends string | number>(
  values: readonly V[],
): OptionType<V> {
  const last = values[values.length - 1];
  return {
    expects: `${values.slice(0, -1).join(", ")} or ${last}`,
    read(value, complain) {
      const found = values.find((one) =>
        (value.kind === "text" || value.kind === "number") &&
        value.value === one
      );
      return found ?? mismatch(this, value, complain);
    },
  };
}

/** A list; a single value counts as a list of one. */
function listOf<V>(
  expects: string,
  item: OptionType<V>,
): OptionType<readonly V[]> {
  return {
    expects,
    isList: true,
    read(value, complain) {
      if (value.kind === "object" || value.kind === "null") {
        return mismatch(this, value, complain);
      }
      const values = value.kind === "array" ? value.items : [value];
      const items = values.map((value) => item.read(value, complain));
      return items.some((item) => item === undefined)
        ? undefined
        : items as V[];
    },
  };
}

/** A list of names. */
export const names: OptionType<readonly string[]> = listOf(
  "a name or a list of names",
  name,
);

/** A list of positive numbers. */
export const positives: OptionType<readonly number[]> = listOf(
  "a list of numbers above 0",
  positive,
);

/** Names without order, as a list or as certain keys of a section. */
function nameSetOf(
  isMember: (entry: UclEntry) => boolean,
): OptionType<ReadonlySet<string>> {
  return {
    expects: names.expects,
    isList: true,
    read(value, complain) {
      const list = value.kind === "object"
        ? [...value.entries].flatMap(([key, entry]) =>
          isMember(entry) ? [key] : []
        )
        : names.read(value, complain);
      return list && new Set(list);
    },
  };
}

/** Names as a list or as the keys of a section, whatever these are given. */
export const nameSet: OptionType<ReadonlySet<string>> = nameSetOf(() => true);

/** Names as a list or as the keys of a section that are true, as in Lua. */
export const switchedNames: OptionType<ReadonlySet<string>> = nameSetOf(
  ({ elements: [{ value }, ...others] }) =>
    others.length > 0 || !isFalse(value),
);

function isFalse(value: UclValue): boolean {
  return value.kind === "null" || value.kind === "boolean" && !value.value;
}

/** `"all"`, which stands alone, or a list of names. */
export const allOrNames: OptionType<"all" | readonly string[]> = {
  expects: '"all" or a list of names',
  isList: true,
  read(value, complain) {
    if (value.kind !== "array") {
      const message = `expected ${this.expects}`;
      const one = name.read(
        value,
        (complaint) => complain({ ...complaint, message }),
      );
      return one === undefined || one === "all" ? one : [one];
    }
    for (const item of value.items) {
      if (item.kind !== "text" || item.value !== "all") continue;
      complain({
        at: item.at,
        message: 'in a list "all" is a name like others, as in rspamd',
        hint: "to mean all it stands alone, without brackets",
        severity: "warning",
      });
    }
    return names.read(value, complain);
  },
};

/** A section whose keys name lists of names. */
export const nameLists: OptionType<ReadonlyMap<string, ReadonlySet<string>>> = {
  expects: "a section of lists, NAME = [A, B]",
  read(value, complain) {
    if (value.kind !== "object") return mismatch(this, value, complain);
    const lists = new Map<string, ReadonlySet<string>>();
    let isWhole = true;
    for (const [key, { elements }] of value.entries) {
      const sets = elements.map(({ value }) => nameSet.read(value, complain));
      isWhole &&= !sets.includes(undefined);
      lists.set(key, new Set(sets.flatMap((set) => [...set ?? []])));
    }
    return isWhole ? lists : undefined;
  },
};

/** Anything at all, kept as plain data. */
export const anything: OptionType<Json> = {
  expects: "a value",
  read: toJson,
};

/** A list of sections that each say what `type` (or `name`) they are. */
export const typedSections: OptionType<readonly Json[]> = {
  expects: "a list of sections, [{ type = … }, …]",
  isList: true,
  read(value, complain) {
    if (value.kind !== "array") return mismatch(this, value, complain);
    const wrong = value.items.filter((item) => !isTyped(item));
    for (const item of wrong) {
      const message = "expected a section with a type, { type = … }";
      complain({ at: item.at, message, found: item });
    }
    return wrong.length > 0 ? undefined : value.items.map(toJson);
  },
};

function isTyped(value: UclValue): value is UclObject {
  if (value.kind !== "object") return false;
  const type = value.entries.get("type") ?? value.entries.get("name");
  return type?.elements[0].value.kind === "text";
}
