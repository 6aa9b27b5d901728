/**
 * The operators of expressions, as rspamd has them (`src/libutil/expression.c`).
 *
 * @module
 */

/** What an operator is, in its shortest spelling. */
export type Operator =
  | "!"
  | "*"
  | "/"
  | "+"
  | "-"
  | ">="
  | ">"
  | "<="
  | "<"
  | "=="
  | "!="
  | "&"
  | "|";

/** An operator that stands between two operands. */
export type BinaryOperator = Exclude<Operator, "!">;

/**
 * How tightly each operator binds. Of equal ones the rightmost binds first:
 * `A - B - C` is `A - (B - C)`, as in rspamd.
 */
export const PRIORITIES: Readonly<Record<Operator, number>> = {
  "!": 7,
  "*": 6,
  "/": 6,
  "+": 5,
  "-": 5,
  ">=": 4,
  ">": 4,
  "<=": 4,
  "<": 4,
  "==": 4,
  "!=": 4,
  "&": 3,
  "|": 2,
};

/** Spellings of operators, longer ones before those that they begin with. */
export const SPELLINGS: readonly (readonly [string, Operator])[] = [
  ["&&", "&"],
  ["||", "|"],
  [">=", ">="],
  ["<=", "<="],
  ["==", "=="],
  ["!=", "!="],
  ["&", "&"],
  ["|", "|"],
  [">", ">"],
  ["<", "<"],
  ["=", "=="],
  ["!", "!"],
  ["+", "+"],
  ["-", "-"],
  ["*", "*"],
  ["/", "/"],
];

/** Operators whose chains are one operation on all operands. */
const CHAINED: ReadonlySet<Operator> = new Set(["*", "+", "&", "|"]);

/** Whether a chain of the operator is one operation on all its operands. */
export function isChained(operator: Operator): boolean {
  return CHAINED.has(operator);
}

/** Whether operands may be asked in another order: the cheapest first. */
export function isLogical(operator: Operator): boolean {
  return operator === "&" || operator === "|";
}

/** Whether a number may stand right of the operator. */
export function takesNumber(operator: Operator): boolean {
  return operator !== "!" && !isLogical(operator);
}

/** rspamd's `DBL_EPSILON`: what is no larger counts as false. */
const EPSILON = Number.EPSILON;

/** Whether a value counts as true. */
export function isTrue(value: number): boolean {
  return Math.abs(value) > EPSILON;
}

/** What each operator makes of two values. */
export const OPERATIONS: Readonly<
  Record<BinaryOperator, (left: number, right: number) => number>
> = {
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  ">=": (left, right) => Number(left >= right),
  ">": (left, right) => Number(left > right),
  "<=": (left, right) => Number(left <= right),
  "<": (left, right) => Number(left < right),
  "==": (left, right) => Number(left === right),
  "!=": (left, right) => Number(left !== right),
  "&": (left, right) => Number(isTrue(left) && isTrue(right)),
  "|": (left, right) => Number(isTrue(left) || isTrue(right)),
};
