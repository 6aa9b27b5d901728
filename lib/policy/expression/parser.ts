/**
 * Parses expressions of symbols: `BAYES_SPAM & !(WHITELIST | A + B > 1)`.
 *
 * What it takes means the same as in rspamd (`src/libutil/expression.c`). It
 * takes less: rspamd also lets operators stand before or after both operands,
 * and takes some numbers and words for symbols, which nobody means.
 *
 * @module
 */

import { ExpressionError } from "./expression_error.ts";
import { type Operator, PRIORITIES, takesNumber } from "./operators.ts";
import { type Token, Tokeniser } from "./tokeniser.ts";
import { type ExpressionTree, join } from "./tree.ts";

/** Longest expression, in UTF-16 code units. */
export const MAX_EXPRESSION_LENGTH = 4096;

/** Most `(` and `!` around a symbol. */
export const MAX_EXPRESSION_DEPTH = 100;

/** An operator or parenthesis whose right side is not complete. */
interface Pending {
  operator: Operator | "(";
  column: number;
}

/**
 * Parses an expression.
 *
 * @throws {ExpressionError} when it is none; it names the column
 */
export function parseExpression(text: string): ExpressionTree {
  if (text.length > MAX_EXPRESSION_LENGTH) {
    throw new ExpressionError(
      MAX_EXPRESSION_LENGTH + 1,
      `an expression has at most ${MAX_EXPRESSION_LENGTH} characters`,
    );
  }
  return new Parser(text).parse();
}

/** Dijkstra's shunting yard: no recursion, however deep it is nested. */
class Parser {
  readonly #tokeniser: Tokeniser;
  readonly #operands: ExpressionTree[] = [];
  readonly #pending: Pending[] = [];
  /** How many of the pending are `(` or `!`. */
  #depth = 0;

  constructor(text: string) {
    this.#tokeniser = new Tokeniser(text);
  }

  parse(): ExpressionTree {
    for (;;) {
      this.#operand();
      if (this.#operator() === "end") return this.#operands[0];
    }
  }

  /** Reads up to the end of the next operand, with what stands before it. */
  #operand(): void {
    let before = this.#pending.at(-1)?.operator;
    for (;;) {
      const mayBeNumber = before !== undefined && before !== "(" &&
        takesNumber(before);
      const token = this.#tokeniser.next(mayBeNumber);
      switch (token.kind) {
        case "symbol":
          this.#operands.push({ symbol: token.text });
          return;
        case "number":
          this.#operands.push({ number: token.value });
          return;
        case "(":
          before = "(";
          break;
        default:
          if (token.kind !== "operator" || token.operator !== "!") {
            throw unexpected(token, `a symbol, ! or (`);
          }
          before = "!";
      }
      this.#push(before, token.column);
    }
  }

  /** Reads what follows an operand, up to the next operator or the end. */
  #operator(): "operator" | "end" {
    for (;;) {
      const token = this.#tokeniser.next(false);
      if (token.kind === "operator" && token.operator !== "!") {
        const priority = PRIORITIES[token.operator];
        this.#reduce((operator) => PRIORITIES[operator] > priority);
        this.#push(token.operator, token.column);
        return "operator";
      }
      this.#reduce(() => true);
      const open = this.#pending.at(-1);
      if (token.kind === "end" && !open) return "end";
      if (token.kind === ")" && open) {
        this.#pop();
        continue;
      }
      throw unexpected(
        token,
        open
          ? `an operator such as &, or ) for the ( at column ${open.column}`
          : "an operator such as &, or the end",
      );
    }
  }

  #push(operator: Operator | "(", column: number): void {
    if (isNesting(operator) && ++this.#depth > MAX_EXPRESSION_DEPTH) {
      throw new ExpressionError(
        column,
        `more than ${MAX_EXPRESSION_DEPTH} ( and ! inside each other`,
      );
    }
    this.#pending.push({ operator, column });
  }

  #pop(): void {
    if (isNesting(this.#pending.pop()!.operator)) this.#depth--;
  }

  /** Completes pending operators, up to a parenthesis, while they bind. */
  #reduce(binds: (operator: Operator) => boolean): void {
    for (;;) {
      const operator = this.#pending.at(-1)?.operator;
      if (operator === undefined || operator === "(" || !binds(operator)) {
        return;
      }
      this.#pop();
      const right = this.#operands.pop()!;
      this.#operands.push(
        operator === "!"
          ? { operator, operands: [right] }
          : join(operator, this.#operands.pop()!, right),
      );
    }
  }
}

function isNesting(operator: Operator | "("): boolean {
  return operator === "(" || operator === "!";
}

function unexpected({ column, kind, text }: Token, expected: string): Error {
  const found = kind === "end" ? "the end" : text;
  return new ExpressionError(column, `expected ${expected}, found ${found}`);
}
