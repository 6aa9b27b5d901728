/**
 * What a UCL text says: values that know where they stand.
 *
 * @module
 */

import type { Place } from "./place.ts";

/** What all values have. */
export interface UclNode<Kind extends string> {
  /** Tells the kinds of values apart. */
  readonly kind: Kind;
  /** Where it stands. */
  readonly at: Place;
}

/** No value: `null`, or a key at the very end of a file. */
export interface UclNull extends UclNode<"null"> {
  /** False where nothing at all stands after the key. */
  readonly written: boolean;
}

/** `true`, `yes`, `on` and their opposites, in any case. */
export interface UclBoolean extends UclNode<"boolean"> {
  /** What it says. */
  readonly value: boolean;
}

/** A number, its suffix (`1k`, `4mb`, `100ms`) multiplied in. */
export interface UclNumber extends UclNode<"number"> {
  /** What it comes to. */
  readonly value: number;
  /** As it was written. */
  readonly spelling: string;
}

/** Text; also a duration such as `2d`, which UCL itself does not interpret. */
export interface UclText extends UclNode<"text"> {
  /** The text, without quotes and escapes. */
  readonly value: string;
  /** True for `"…"`, `'…'` and heredocs, false for a bare word. */
  readonly quoted: boolean;
}

/** An explicit array, `[…]`. */
export interface UclArray extends UclNode<"array"> {
  /** What stands in it, in order. */
  readonly items: UclValue[];
}

/** A section, `{…}`, or a whole file. */
export interface UclObject extends UclNode<"object"> {
  /** What stands in it, by key. */
  readonly entries: Map<string, UclEntry>;
}

/** Anything that can stand after a key. */
export type UclValue =
  | UclNull
  | UclBoolean
  | UclNumber
  | UclText
  | UclArray
  | UclObject;

/**
 * What was said of one key: one element for each time that it was given with
 * the same priority. More than one is libucl's implicit array.
 */
export interface UclEntry {
  /** In the order in which they were given. */
  readonly elements: UclElement[];
}

/** A key once given. */
export interface UclElement {
  /** As it was written, without quotes. */
  readonly key: string;
  /** Where the key stands. */
  readonly at: Place;
  /** 0 to 15: which include wins where two give the same key. */
  readonly priority: number;
  /** What it was given. */
  value: UclValue;
}

/** A value that JSON can hold. */
export type Json =
  | null
  | boolean
  | number
  | string
  | Json[]
  | { [key: string]: Json };

/**
 * Turns a value into plain data as libucl's JSON output does. Numbers that
 * are not finite stay so.
 */
export function toJson(value: UclValue): Json {
  switch (value.kind) {
    case "null":
      return null;
    case "array":
      return value.items.map(toJson);
    case "object":
      return Object.fromEntries(
        [...value.entries].map(([key, { elements }]) => {
          const values = elements.map((element) => toJson(element.value));
          return [key, values.length > 1 ? values : values[0]];
        }),
      );
    default:
      return value.value;
  }
}
