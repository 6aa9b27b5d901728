/**
 * Vectors as text: numbers joined with `;`, as rspamd writes them.
 *
 * @module
 */

import { MAX_METATOKEN } from "./metatokens.ts";

const SEPARATOR = ";";
/** Digits that a number is written with, at most. */
const PRECISION = 14;
/** From here on, and below `SMALL`, a number is written with an exponent. */
const LARGE = 10 ** PRECISION;
const SMALL = 1e-4;

/**
 * No part of a decimal number. Lua's `tonumber` takes more than those, which
 * nobody writes on purpose: `0x10`, `0b1`, `inf`, `nan`, and spaces around.
 */
const FOREIGN = /[^\d+\-.eE;]/;

/** Of a wrong element, this many characters are quoted. */
const QUOTED_LENGTH = 24;

/** Something that is no vector. The message says what is wrong. */
export class VectorError extends Error {
  override name = "VectorError";
}

/**
 * Writes a vector.
 *
 * @throws {VectorError} when {@linkcode parseVectorText} would refuse a number
 */
export function vectorText(values: ArrayLike<number>): string {
  let text = "";
  for (let i = 0; i < values.length; i++) {
    if (!isPossible(values[i])) throw wrongElement(String(values[i]), i);
    text += (i === 0 ? "" : SEPARATOR) + formatNumber(values[i]);
  }
  return text;
}

/**
 * Writes a finite number like `%.14g` of LuaJIT, which rspamd runs on. It
 * rounds halfway cases away from zero, where the C library rounds to even.
 */
export function formatNumber(x: number): string {
  if (Object.is(x, -0)) return "-0";
  if (Number.isInteger(x) && Math.abs(x) < LARGE) return String(x);
  const rounded = Number(x.toPrecision(PRECISION));
  const size = Math.abs(rounded);
  if (size >= SMALL && size < LARGE) return String(rounded);
  // Not of `rounded`: near 5e-324 doubles have fewer digits than are written.
  const [digits, exponent] = x.toExponential(PRECISION - 1).split("e");
  return digits.replace(/\.?0+$/, "") + "e" + exponent[0] +
    exponent.slice(1).padStart(2, "0");
}

/**
 * Reads a vector, trusting nothing.
 *
 * @param expectedLength how many numbers it should have
 * @throws {VectorError} when there are more or fewer, or one is none, or is
 * beyond {@linkcode MAX_METATOKEN}
 */
export function parseVectorText(
  text: string,
  expectedLength: number,
): number[] {
  const elements = text === "" ? [] : text.split(SEPARATOR);
  const { length } = elements;
  if (length !== expectedLength) {
    const numbers = length === 1 ? "number" : "numbers";
    throw new VectorError(`${length} ${numbers} instead of ${expectedLength}`);
  }
  const values = elements.map(Number);
  const isVector = !FOREIGN.test(text) && !elements.includes("") &&
    values.every(isPossible);
  if (isVector) return values;
  const wrong = elements.findIndex((one) => !isPossible(decimalNumber(one)));
  throw wrongElement(elements[wrong], wrong);
}

/** Of what `Number` takes, only decimal numbers; all else is NaN. */
function decimalNumber(element: string): number {
  return element === "" || FOREIGN.test(element) ? NaN : Number(element);
}

function isPossible(value: number): boolean {
  return Math.abs(value) <= MAX_METATOKEN;
}

/** Says what is wrong with an element. People count from one. */
function wrongElement(element: string, index: number): VectorError {
  const place = `element ${index + 1}`;
  if (element === "") return new VectorError(`${place} is empty`);
  const problem = Number.isNaN(decimalNumber(element))
    ? "not a number"
    : `beyond ±${MAX_METATOKEN}`;
  return new VectorError(`${place} is ${problem}: ${quote(element)}`);
}

/** As much of a text as fits on a line. */
function quote(text: string): string {
  return JSON.stringify(text.slice(0, QUOTED_LENGTH).toWellFormed()) +
    (text.length > QUOTED_LENGTH ? " …" : "");
}
