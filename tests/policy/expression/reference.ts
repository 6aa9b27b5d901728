/**
 * Expressions made at random, and what they mean, written down as plainly as
 * possible.
 *
 * @module
 */

import fc from "fast-check";
import {
  OPERATIONS,
  type Operator,
  PRIORITIES,
  takesNumber,
} from "../../../lib/policy/expression/operators.ts";
import {
  type ExpressionTree,
  inOrderOfCost,
  join,
} from "../../../lib/policy/expression/tree.ts";

/** Symbols that occur in random expressions. */
export const SYMBOLS = ["A", "B", "C", "D_1", "RULE", "x9"];

/** Numbers that a text of digits is exactly. */
const NUMBERS = [0, 1, 2, 0.5, -1, 10, 0.25];

const BINARY = Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[];

const { tree: treeOf } = fc.letrec<{ tree: ExpressionTree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, depthSize: "medium" },
    fc.constantFrom(...SYMBOLS).map((symbol) => ({ symbol })),
    tie("tree").map((operand) => ({
      operator: "!" as Operator,
      operands: [operand],
    })),
    fc.tuple(
      fc.constantFrom(...BINARY.filter((operator) => operator !== "/")),
      tie("tree"),
      tie("tree"),
    ).map(([operator, left, right]) => join(operator, left, right)),
    fc.tuple(
      fc.constantFrom(...BINARY.filter(takesNumber)),
      tie("tree"),
      fc.constantFrom(...NUMBERS),
    ).map(([operator, left, number]) => join(operator, left, { number })),
  ),
}));

/** Trees as the parser makes them. */
export const trees: fc.Arbitrary<ExpressionTree> = treeOf;

/** Values of all symbols: none, or some that rspamd's symbols have. */
export const assignments: fc.Arbitrary<Record<string, number>> = fc.tuple(
  ...SYMBOLS.map(() => fc.constantFrom(0, 0, 0.001, 0.5, 1, 2, 3.25)),
).map((values) =>
  Object.fromEntries(SYMBOLS.map((name, i) => [name, values[i]]))
);

/** Writes a tree, with a parenthesis wherever one might be needed. */
export function printed(tree: ExpressionTree): string {
  if ("symbol" in tree) return tree.symbol;
  if ("number" in tree) return String(tree.number);
  const { operator, operands } = tree;
  const texts = operands.map((operand) => {
    const text = printed(operand);
    return isTighter(operand, operator) ? text : `(${text})`;
  });
  if (operator === "!") return `!${texts[0]}`;
  const hasChainInside = operands.some((operand) =>
    "operator" in operand && operand.operator === operator
  );
  // Without parentheses the parser would begin on the right.
  return operands.length > 2 && hasChainInside
    ? texts.reduce((left, right) => `(${left}) ${operator} ${right}`)
    : texts.join(` ${operator} `);
}

function isTighter(operand: ExpressionTree, operator: Operator): boolean {
  return !("operator" in operand) ||
    PRIORITIES[operand.operator] > PRIORITIES[operator];
}

/** What a tree means. */
export function valueOf(
  tree: ExpressionTree,
  values: Record<string, number>,
): number {
  return valueInOrder(inOrderOfCost(tree), values);
}

function valueInOrder(
  tree: ExpressionTree,
  values: Record<string, number>,
): number {
  if ("symbol" in tree) return values[tree.symbol] ?? 0;
  if ("number" in tree) return tree.number;
  const { operator, operands } = tree;
  const [first, ...others] = operands.map((operand) =>
    valueInOrder(operand, values)
  );
  if (operator === "!") return isTruth(first) ? 0 : 1;
  return others.reduce((value, next) => {
    if (operator === "&" && value === 0) return value;
    if (operator === "|" && value !== 0) return value;
    const isNothing = "*+&".includes(operator) && Number.isNaN(value);
    return isNothing ? next : OPERATIONS[operator](value, next);
  }, first);
}

function isTruth(value: number): boolean {
  return Math.abs(value) > Number.EPSILON;
}
