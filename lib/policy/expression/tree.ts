/**
 * Expressions as trees.
 *
 * @module
 */

import {
  type BinaryOperator,
  isChained,
  isLogical,
  type Operator,
} from "./operators.ts";

/** A symbol, a number, or an operator with its operands. */
export type ExpressionTree =
  | { readonly symbol: string }
  | { readonly number: number }
  | {
    readonly operator: Operator;
    /** One for `!`; two or more for chains of `* + & |`; else two. */
    readonly operands: readonly ExpressionTree[];
  };

/**
 * Joins two operands. A chain that is one already grows: on the left first, as
 * in rspamd.
 */
export function join(
  operator: BinaryOperator,
  left: ExpressionTree,
  right: ExpressionTree,
): ExpressionTree {
  if (isChained(operator)) {
    if ("operator" in left && left.operator === operator) {
      return { operator, operands: [...left.operands, right] };
    }
    if ("operator" in right && right.operator === operator) {
      return { operator, operands: [left, ...right.operands] };
    }
  }
  return { operator, operands: [left, right] };
}

/**
 * The tree with the operands of `&` and `|` in the order in which rspamd asks
 * them: those with the fewest symbols first. It matters to the value where the
 * first operand that is not 0 is the answer.
 */
export function inOrderOfCost(tree: ExpressionTree): ExpressionTree {
  return sorted(tree).tree;
}

function sorted(
  tree: ExpressionTree,
): { tree: ExpressionTree; symbols: number } {
  if ("symbol" in tree) return { tree, symbols: 1 };
  if ("number" in tree) return { tree, symbols: 0 };
  const { operator } = tree;
  const operands = tree.operands.map(sorted);
  const symbols = operands.reduce((sum, { symbols }) => sum + symbols, 0);
  if (isLogical(operator)) operands.sort((a, b) => a.symbols - b.symbols);
  return {
    tree: { operator, operands: operands.map(({ tree }) => tree) },
    symbols,
  };
}
