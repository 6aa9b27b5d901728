/**
 * Takes expressions apart into words, numbers, operators and parentheses.
 *
 * @module
 */

import { ExpressionError } from "./expression_error.ts";
import { type Operator, SPELLINGS } from "./operators.ts";

/** A part of an expression, and where it stands. */
export type Token =
  & {
    /** From 1. */
    readonly column: number;
    /** As it is written; empty at the end. */
    readonly text: string;
  }
  & (
    | { readonly kind: "symbol" | "(" | ")" | "end" }
    | { readonly kind: "number"; readonly value: number }
    | { readonly kind: "operator"; readonly operator: Operator }
  );

const SPACES = /[ \t\n\v\f\r]*/y;
/** What rspamd's autolearn takes for the name of a symbol. */
const WORD = /[A-Za-z0-9_]+/y;
/** A number ends at white space, a parenthesis or the end, as in rspamd. */
const NUMBER = /-?(?:\d*\.)?\d+(?=[ \t\n\v\f\r)]|$)/y;
const SPACE = /[ \t\n\v\f\r]/;
/** Words that rspamd takes for operators, but only before longer names. */
const WORD_OPERATORS: Readonly<Record<string, string>> = {
  and: "&",
  or: "|",
  not: "!",
};

/** Takes an expression apart from left to right. */
export class Tokeniser {
  readonly #text: string;
  #at = 0;

  /** @param text the expression */
  constructor(text: string) {
    this.#text = text;
  }

  /**
   * The next part; at the end it is `end`, however often it is asked.
   *
   * @param mayBeNumber whether digits are a number here, and not a symbol
   * @throws {ExpressionError} when nothing begins here
   */
  next(mayBeNumber: boolean): Token {
    this.#match(SPACES);
    const column = this.#at + 1;
    if (this.#at === this.#text.length) {
      return { kind: "end", column, text: "" };
    }
    const number = mayBeNumber ? this.#match(NUMBER) : undefined;
    if (number !== undefined) {
      return { kind: "number", column, text: number, value: Number(number) };
    }
    const word = this.#match(WORD);
    if (word !== undefined) {
      checkWord(word, column, mayBeNumber);
      return { kind: "symbol", column, text: word };
    }
    const character = this.#text[this.#at];
    if (character === "(" || character === ")") {
      this.#at++;
      return { kind: character, column, text: character };
    }
    return this.#operator(column);
  }

  #operator(column: number): Token {
    const text = this.#text;
    for (const [spelling, operator] of SPELLINGS) {
      if (!text.startsWith(spelling, this.#at)) continue;
      this.#at += spelling.length;
      if (operator === "-") this.#checkMinus(column);
      if (operator === "/") this.#checkDivision(column);
      return { kind: "operator", column, text: spelling, operator };
    }
    const [found] = text.slice(this.#at);
    throw new ExpressionError(
      column,
      `${JSON.stringify(found)} means nothing in an expression; names of ` +
        "symbols are made of letters, digits and _",
    );
  }

  /** rspamd takes `-B` for something else than `- B`. */
  #checkMinus(column: number): void {
    const next = this.#text[this.#at];
    if (next === undefined || SPACE.test(next)) return;
    throw new ExpressionError(column, "a blank is needed after -");
  }

  /** rspamd takes other slashes for regular expressions. */
  #checkDivision(column: number): void {
    const begin = this.#at;
    this.#match(SPACES);
    const isNumber = this.#match(NUMBER) !== undefined;
    this.#at = begin;
    if (!isNumber) {
      throw new ExpressionError(
        column,
        "a number is needed after /, and after it white space, ) or the end",
      );
    }
  }

  /** Takes what a sticky pattern matches here. */
  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match[0];
  }
}

/** Refuses words that look like symbols and are meant otherwise. */
function checkWord(word: string, column: number, mayBeNumber: boolean): void {
  const name = word.toLowerCase();
  if (Object.hasOwn(WORD_OPERATORS, name)) {
    throw new ExpressionError(
      column,
      `write ${
        WORD_OPERATORS[name]
      } instead of ${word}: words are no operators`,
    );
  }
  if (!/^\d+$/.test(word)) return;
  throw new ExpressionError(
    column,
    mayBeNumber
      ? `white space, ) or the end is needed after the number ${word}`
      : `the number ${word} has to stand right of + - * / or a comparison`,
  );
}
