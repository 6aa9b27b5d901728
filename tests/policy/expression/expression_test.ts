import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Expression } from "../../../lib/policy/expression/expression.ts";
import { ExpressionError } from "../../../lib/policy/expression/expression_error.ts";
import {
  MAX_EXPRESSION_DEPTH,
  MAX_EXPRESSION_LENGTH,
  parseExpression,
} from "../../../lib/policy/expression/parser.ts";
import { TEN_THOUSAND } from "../../nn/mutations.ts";
import { assignments, printed, trees, valueOf } from "./reference.ts";

/** What a real rspamd 4.1.6 made of expressions. */
interface Fixture {
  assignments: Record<string, number>[];
  expressions: { expression: string; error?: true; results?: number[] }[];
}

const url = new URL("../../fixtures/expressions.json", import.meta.url);
const fixture: Fixture = JSON.parse(Deno.readTextFileSync(url));

function evaluate(text: string, values: Record<string, number>): number {
  return new Expression(text).evaluate((name) => values[name] ?? 0);
}

Deno.test("expressions mean what they mean in rspamd", () => {
  assertEquals(fixture.expressions.length, 45);
  for (const { expression: text, error, results } of fixture.expressions) {
    if (error) {
      assertThrows(() => new Expression(text), ExpressionError);
      continue;
    }
    const expression = new Expression(text);
    const values = fixture.assignments.map((assignment) =>
      expression.evaluate((name) => assignment[name] ?? 0)
    );
    assertEquals(values, results, text);
  }
});

/** Malformed expressions, and what is said of them. */
const MALFORMED: [string, string][] = [
  ["", "column 1: expected a symbol, ! or (, found the end"],
  [" \t\n ", "column 5: expected a symbol, ! or (, found the end"],
  ["A &", "column 4: expected a symbol, ! or (, found the end"],
  ["A & & B", "column 5: expected a symbol, ! or (, found &"],
  ["& A B", "column 1: expected a symbol, ! or (, found &"],
  ["A B &", "column 3: expected an operator such as &, or the end, found B"],
  ["A !B", "column 3: expected an operator such as &, or the end, found !"],
  [
    "A & (B | C",
    "column 11: expected an operator such as &, or ) for the ( at column 5, found the end",
  ],
  ["A & B)", "column 6: expected an operator such as &, or the end, found )"],
  [
    "A and BAYES_SPAM",
    "column 3: write & instead of and: words are no operators",
  ],
  ["NOT A", "column 1: write ! instead of NOT: words are no operators"],
  ["A -B", "column 3: a blank is needed after -"],
  [
    "A / B",
    "column 3: a number is needed after /, and after it white space, ) or the end",
  ],
  [
    "A > 1&B",
    "column 5: white space, ) or the end is needed after the number 1",
  ],
  [
    "1 < A",
    "column 1: the number 1 has to stand right of + - * / or a comparison",
  ],
  [
    "A & 1",
    "column 5: the number 1 has to stand right of + - * / or a comparison",
  ],
  [
    "A.B",
    'column 2: "." means nothing in an expression; names of symbols are made of letters, digits and _',
  ],
  [
    "Ä",
    'column 1: "Ä" means nothing in an expression; names of symbols are made of letters, digits and _',
  ],
];

for (const [text, message] of MALFORMED) {
  Deno.test(`what is wrong is told with its column: ${JSON.stringify(text)}`, () => {
    const error = assertThrows(() => new Expression(text), ExpressionError);
    assertEquals(error.message, message);
    assertEquals(error.column, Number(/^column (\d+)/.exec(message)![1]));
  });
}

Deno.test("spellings that mean the same", () => {
  const values = { A: 2, B: 0, C: 3 };
  const cases: [string, string][] = [
    ["A&&C||B", "A & C | B"],
    ["A = 2", "A == 2"],
    ["A+C>4 ", "(A + C) > 4"],
    ["A\n&\tC", "A & C"],
    ["A > .5", "A > 0.5"],
    ["A - -1", "A + 1"],
  ];
  for (const [one, other] of cases) {
    assertEquals(evaluate(one, values), evaluate(other, values), one);
  }
});

Deno.test("operators that bind alike bind from the right, as in rspamd", () => {
  const values = { A: 3, C: 2, D: 0.5 };
  assertEquals(evaluate("A - C - D", values), 1.5);
  assertEquals(evaluate("A / 2 / 2", values), 3);
  assertEquals(evaluate("A / 2 * 3", values), 0.5);
  assertEquals(evaluate("A - C + D", values), 0.5);
});

Deno.test("what is no number counts as nothing, as in rspamd", () => {
  assertEquals(evaluate("B / 0 + D", { D: 0.5 }), 0.5);
  assertEquals(evaluate("A / 0", { A: 1 }), Infinity);
});

Deno.test("products are taken to their end", () => {
  assertEquals(evaluate("A * B > 2", { A: 3, B: 0 }), 0);
  assertEquals(evaluate("A + -5 > 2", { A: 3 }), 0);
});

Deno.test("an expression that is printed is parsed as it was", () => {
  fc.assert(
    fc.property(trees, (tree) => {
      assertEquals(parseExpression(printed(tree)), tree);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("any expression has the value that it means", () => {
  fc.assert(
    fc.property(trees, assignments, (tree, values) => {
      assertEquals(evaluate(printed(tree), values), valueOf(tree, values));
    }),
    { numRuns: 5000 },
  );
});

Deno.test("an expression may be evaluated again and again", () => {
  const expression = new Expression("A & (B | C) + 1 > 1");
  for (const [values, expected] of [[{ A: 1, C: 1 }, 1], [{ A: 1 }, 0]]) {
    const known = values as Record<string, number>;
    assertEquals(expression.evaluate((name) => known[name] ?? 0), expected);
  }
});

Deno.test("no symbol is asked for that does not matter, and none twice", () => {
  const expression = new Expression("A & B | C & (A | D)");
  const asked: string[] = [];
  expression.evaluate((name) => {
    asked.push(name);
    return name === "A" || name === "B" ? 1 : 0;
  });
  assertEquals(asked, ["A", "B"]);
});

Deno.test("as many symbols are asked for as are mentioned, at most", () => {
  fc.assert(fc.property(trees, assignments, (tree, values) => {
    const text = printed(tree);
    const mentioned = [...text.matchAll(/[A-Z_]\w*|x9/g)].length;
    let asked = 0;
    new Expression(text).evaluate((name) => {
      asked++;
      return values[name];
    });
    assert(asked <= mentioned, `${asked} of ${mentioned}`);
  }));
});

const characters = fc.constantFrom(..."ABC019_ \t()!&|<>=+-*/.:\u00e4\0");
const edits = fc.array(
  fc.record({
    at: fc.nat(),
    remove: fc.nat({ max: 3 }),
    insert: fc.array(characters, { maxLength: 3 }).map((all) => all.join("")),
  }),
  { minLength: 1, maxLength: 4 },
);

Deno.test("ten thousand mutated expressions have a value, or a reason", () => {
  let [values, reasons] = [0, 0];
  fc.assert(
    fc.property(trees.map(printed), edits, (text, edits) => {
      for (const { at, remove, insert } of edits) {
        const position = at % (text.length + 1);
        text = text.slice(0, position) + insert +
          text.slice(position + remove);
      }
      try {
        assertEquals(typeof evaluate(text, { A: 1, B: 0.5 }), "number");
        values++;
      } catch (error) {
        assert(error instanceof ExpressionError, `${text}: ${error}`);
        assert(/^column \d+: \P{Cc}{10,}$/u.test(error.message), error.message);
        assert(error.column >= 1 && error.column <= text.length + 1);
        reasons++;
      }
    }),
    TEN_THOUSAND,
  );
  assert(values > 500 && reasons > 500, `${values} values, ${reasons} reasons`);
});

Deno.test("long and deep expressions are refused, and take no time", () => {
  const begin = performance.now();
  const deep = "(".repeat(MAX_EXPRESSION_DEPTH);
  const closed = ")".repeat(MAX_EXPRESSION_DEPTH);
  assertEquals(evaluate(`${deep}A${closed}`, { A: 1 }), 1);
  for (const opening of ["(", "!", "!("]) {
    const { message } = assertThrows(
      () => new Expression(opening.repeat(2000)),
      ExpressionError,
    );
    assertEquals(
      message,
      "column 101: more than 100 ( and ! inside each other",
    );
  }
  for (const chain of ["A&", "A|", "A+", "A>", "A*"]) {
    const text = chain.repeat(MAX_EXPRESSION_LENGTH / 2 - 1) + "A";
    assert(Number.isFinite(evaluate(text, { A: 1 })), chain);
  }
  assertThrows(
    () => new Expression("A".repeat(MAX_EXPRESSION_LENGTH + 1)),
    ExpressionError,
    "at most 4096 characters",
  );
  assert(performance.now() - begin < 2000);
});
