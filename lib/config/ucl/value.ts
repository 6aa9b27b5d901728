/**
 * What a UCL text says: values that know where they stand.
 *
 * @module
 */

import type { Place } from "./place.ts";

/** No value: `null`, or a key at the very end of a file. */
export interface UclNull {
  readonly kind: "null";
  readonly at: Place;
}

/** `true`, `yes`, `on` and their opposites, in any case. */
export interface UclBoolean {
  readonly kind: "boolean";
  readonly at: Place;
  readonly value: boolean;
}

/** A number, its suffix (`1k`, `4mb`, `100ms`) multiplied in. */
export interface UclNumber {
  readonly kind: "number";
  readonly at: Place;
  readonly value: number;
  /** As it was written. */
  readonly spelling: string;
}

/** Text; also a duration such as `2d`, which UCL itself does not interpret. */
export interface UclText {
  readonly kind: "text";
  readonly at: Place;
  readonly value: string;
  /** True for `"…"`, `'…'` and heredocs, false for a bare word. */
  readonly quoted: boolean;
}

/** An explicit array, `[…]`. */
export interface UclArray {
  readonly kind: "array";
  readonly at: Place;
  readonly items: UclValue[];
}

/** A section, `{…}`, or a whole file. */
export interface UclObject {
  readonly kind: "object";
  readonly at: Place;
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
  readonly elements: UclElement[];
}

/** A key once given. */
export interface UclElement {
  readonly key: string;
  /** Where the key stands. */
  readonly at: Place;
  /** 0 to 15: which include wins where two give the same key. */
  readonly priority: number;
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
