/**
 * Expressions, compiled once and evaluated for each message.
 *
 * @module
 */

import {
  type BinaryOperator,
  isChained,
  isTrue,
  OPERATIONS,
} from "./operators.ts";
import { parseExpression } from "./parser.ts";
import { type ExpressionTree, inOrderOfCost } from "./tree.ts";

/** The value of a symbol: 0 when it did not fire, or else above 0. */
export type SymbolValue = (name: string) => number;

/** A step of an evaluation, on a stack of values. */
type Step =
  | { do: "symbol"; name: string }
  | { do: "number"; value: number }
  | { do: "not" }
  | { do: "binary"; operate: (left: number, right: number) => number }
  /** Joins the top of the stack to what the chain came to so far. */
  | { do: "chain"; operate: (left: number, right: number) => number }
  /** Ends a chain of `&` or `|` whose value is settled. */
  | { do: "leave"; when: "&" | "|"; to: number };

/**
 * An expression of symbols, as rspamd evaluates it.
 *
 * A symbol has its value, comparisons and `!` have 0 or 1. `|` has the value of
 * the first operand asked if that is not 0, and else 0 or 1. Operands of `|` and `&` are asked from the one with the fewest symbols on, and
 * no longer than need be. Sums and products ask all of theirs: rspamd 4 stops
 * where a comparison seems to be settled, and is wrong about `A * B > 2`.
 *
 * @example
 * ```ts
 * const expression = new Expression("A & !B | C > 2");
 * expression.evaluate((name) => name === "A" ? 1 : 0); // 1
 * ```
 */
export class Expression {
  /** As it was given. */
  readonly text: string;
  readonly #steps: readonly Step[];
  /** One entry for each value that waits; kept between evaluations. */
  readonly #stack: number[] = [];

  /**
   * Compiles an expression.
   *
   * @throws {import("./expression_error.ts").ExpressionError} when it is none
   */
  constructor(text: string) {
    this.text = text;
    const steps: Step[] = [];
    compile(inOrderOfCost(parseExpression(text)), steps);
    this.#steps = steps;
  }

  /**
   * Evaluates it. Each of its symbols is asked for at most once a mention.
   *
   * @param valueOf must not evaluate this expression itself
   */
  evaluate(valueOf: SymbolValue): number {
    const steps = this.#steps;
    const stack = this.#stack;
    let top = -1;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i];
      switch (step.do) {
        case "symbol":
          stack[++top] = valueOf(step.name);
          break;
        case "number":
          stack[++top] = step.value;
          break;
        case "not":
          stack[top] = isTrue(stack[top]) ? 0 : 1;
          break;
        case "binary":
          top--;
          stack[top] = step.operate(stack[top], stack[top + 1]);
          break;
        case "chain":
          top--;
          // What is no number counts as nothing so far, as in rspamd.
          stack[top] = Number.isNaN(stack[top])
            ? stack[top + 1]
            : step.operate(stack[top], stack[top + 1]);
          break;
        case "leave":
          if ((stack[top] === 0) === (step.when === "&")) i = step.to - 1;
      }
    }
    return stack[0];
  }
}

/** Appends the steps of a tree. */
function compile(tree: ExpressionTree, steps: Step[]): void {
  if ("symbol" in tree) {
    steps.push({ do: "symbol", name: tree.symbol });
  } else if ("number" in tree) {
    steps.push({ do: "number", value: tree.number });
  } else if (tree.operator === "!") {
    compile(tree.operands[0], steps);
    steps.push({ do: "not" });
  } else {
    compileBinary(tree.operator, tree.operands, steps);
  }
}

function compileBinary(
  operator: BinaryOperator,
  operands: readonly ExpressionTree[],
  steps: Step[],
): void {
  const exits: (Step & { do: "leave" })[] = [];
  const operate = OPERATIONS[operator];
  for (const [i, operand] of operands.entries()) {
    compile(operand, steps);
    if (i > 0) {
      steps.push({ do: isChained(operator) ? "chain" : "binary", operate });
    }
    if (operator === "&" || operator === "|") {
      const exit: Step = { do: "leave", when: operator, to: -1 };
      exits.push(exit);
      steps.push(exit);
    }
  }
  for (const exit of exits) exit.to = steps.length;
}
