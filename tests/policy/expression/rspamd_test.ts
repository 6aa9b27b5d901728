import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Expression } from "../../../lib/policy/expression/expression.ts";
import { hasRspamadm, runLua } from "../../nn/rspamadm.ts";
import { assignments, printed, SYMBOLS, trees } from "./reference.ts";

/** Reads `in`, a line of values and an expression each; answers in `out`. */
const ASK = `
local rspamd_expression = require "rspamd_expression"
local pool = require("rspamd_mempool").create()
local names = { ${SYMBOLS.map((name) => `"${name}"`).join(", ")} }
local values
local function parse(text) return text:match("^[%w_]*") end
local function process(name) return values[name] or 0 end
local out = {}
for line in read("in"):gmatch("[^\\n]+") do
  local given, text = line:match("^([^\\t]*)\\t(.*)$")
  values = {}
  local i = 0
  for value in given:gmatch("%S+") do
    i = i + 1
    values[names[i]] = tonumber(value)
  end
  local expression, err = rspamd_expression.create(text, { parse, process }, pool)
  out[#out + 1] = (err or not expression) and "error"
    or string.format("%.17g", expression:process({}))
end
write("out", table.concat(out, "\\n"))
`;

interface Case {
  text: string;
  values: Record<string, number>;
}

/** What an installed rspamd makes of expressions; none where it refuses. */
function askRspamd(cases: readonly Case[]): (number | undefined)[] {
  const input = cases.map(({ text, values }) =>
    `${SYMBOLS.map((name) => values[name]).join(" ")}\t${text}\n`
  ).join("");
  const { out } = runLua(ASK, { in: input });
  return new TextDecoder().decode(out).split("\n")
    .map((line) => line === "error" ? undefined : luaNumber(line));
}

function luaNumber(text: string): number {
  const special: Record<string, number> = { inf: Infinity, "-inf": -Infinity };
  return /nan/.test(text) ? NaN : special[text] ?? Number(text);
}

Deno.test("an installed rspamd gives the same values", () => {
  if (!hasRspamadm()) return;
  const cases = fc.sample(
    fc.record({ text: trees.map(printed), values: assignments }),
    { numRuns: 3000, seed: 7 },
  );
  const theirs = askRspamd(cases);
  const different = cases.flatMap(({ text, values }, i) => {
    const ours = new Expression(text).evaluate((name) => values[name]);
    return Object.is(ours + 0, theirs[i]! + 0)
      ? []
      : [{ text, values, ours, theirs: theirs[i] }];
  });
  assertEquals(different.slice(0, 3), []);
});

Deno.test("an installed rspamd takes what is taken here, with the same value", () => {
  if (!hasRspamadm()) return;
  const parts = [...SYMBOLS, ..."!!()()&&||<>=+*-/ 12 ", "  ", " - ", " 2 "];
  const texts = fc.array(fc.constantFrom(...parts), {
    minLength: 1,
    maxLength: 9,
  }).map((all) => all.join(""));
  const cases = fc.sample(
    fc.record({ text: texts, values: assignments }),
    { numRuns: 20_000, seed: 7 },
  );
  const theirs = askRspamd(cases);
  let taken = 0;
  for (const [i, { text, values }] of cases.entries()) {
    let ours: number;
    try {
      ours = new Expression(text).evaluate((name) => values[name] ?? 0);
    } catch {
      continue;
    }
    taken++;
    assertEquals(theirs[i]! + 0, ours + 0, text);
  }
  assert(taken > 1000, `${taken} were taken`);
});
