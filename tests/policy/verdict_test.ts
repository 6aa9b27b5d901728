import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseScan, type Scan } from "../../lib/features/scan.ts";
import { classOf, type Verdict, verdictOf } from "../../lib/policy/verdict.ts";
import { hasRspamadm, rowsText, runLua } from "../nn/rspamadm.ts";

/** What decides about a message. */
interface Message {
  action?: string;
  score?: number;
  /** Symbols that speak for spam, for ham, and for nothing. */
  positive: number;
  negative: number;
  neutral: number;
  passthrough: boolean;
}

const PLAIN: Message = {
  positive: 0,
  negative: 0,
  neutral: 0,
  passthrough: false,
};

function scanOf(message: Message): Scan {
  const { positive, negative, neutral, passthrough, ...json } = message;
  const symbols = [
    ...Array.from({ length: positive }, (_, i) => [`P${i}`, 0.5]),
    ...Array.from({ length: negative }, (_, i) => [`N${i}`, [-0.1, 1]]),
    ...Array.from({ length: neutral }, (_, i) => [`Z${i}`, 0]),
  ];
  return parseScan({
    ...json,
    symbols: Object.fromEntries(symbols),
    ...(passthrough && { passthrough_module: "test" }),
  });
}

const VERDICTS: [Partial<Message>, Verdict][] = [
  [{ action: "reject", positive: 2 }, "spam"],
  [{ action: "reject", positive: 1 }, "uncertain"],
  [{ action: "reject", positive: 1, negative: 5, neutral: 5 }, "uncertain"],
  [{ action: "reject", positive: 2, passthrough: true }, "passthrough"],
  [{ action: "add header", positive: 3 }, "junk"],
  [{ action: "rewrite subject", positive: 3 }, "junk"],
  [{ action: "add header", positive: 2 }, "uncertain"],
  [{ action: "rewrite subject", positive: 2, neutral: 9 }, "uncertain"],
  [{ action: "no action", score: -0.1 }, "ham"],
  [{ action: "no action", score: 0 }, "uncertain"],
  [{ action: "no action", score: 3, negative: 4 }, "ham"],
  [{ action: "no action", score: 3, negative: 3, neutral: 9 }, "uncertain"],
  [{ action: "no action", negative: 4 }, "ham"],
  [{ action: "no action" }, "uncertain"],
  [{ action: "greylist", positive: 9, score: -9 }, "uncertain"],
  [{ action: "soft reject", positive: 9 }, "uncertain"],
  [{ action: "Reject", positive: 9 }, "uncertain"],
  [{ positive: 9, score: -9 }, "uncertain"],
];

for (const [message, expected] of VERDICTS) {
  Deno.test(`verdict ${expected}: ${JSON.stringify(message)}`, () => {
    assertEquals(verdictOf(scanOf({ ...PLAIN, ...message })), expected);
  });
}

Deno.test("names alone speak neither for spam nor for ham", () => {
  const symbols = ["A", "B", "C", "D", "E"];
  for (const action of ["reject", "add header", "no action"]) {
    assertEquals(verdictOf(parseScan({ symbols, action })), "uncertain");
  }
});

const ACTIONS = [
  ...["no action", "greylist", "add header", "rewrite subject"],
  ...["soft reject", "reject"],
];

const messages: fc.Arbitrary<Message> = fc.record({
  action: fc.constantFrom(...ACTIONS),
  score: fc.constantFrom(-5, -0.1, 0, 0.1, 5, 20),
  positive: fc.nat({ max: 5 }),
  negative: fc.nat({ max: 5 }),
  neutral: fc.nat({ max: 2 }),
  passthrough: fc.boolean(),
});

Deno.test("verdicts, and what is learned of them, are those of rspamd's library", () => {
  if (!hasRspamadm()) return;
  const asked = fc.sample(messages, 1500);
  const { answers } = runLua(
    `
local verdict = require "lua_verdict"
local actions = { ${ACTIONS.map((action) => `"${action}"`).join()} }
local answers = {}
for _, row in ipairs(rows("messages")) do
  local result = {
    action = actions[row[1]],
    score = row[2],
    npositive = row[3],
    nnegative = row[4],
    passthrough = row[5] == 1 or nil,
  }
  local task = { get_metric_result = function() return result end }
  local name = verdict.get_specific_verdict("neural", task)
  answers[#answers + 1] = name .. " " .. tostring(verdict.can_learn(name))
end
write("answers", table.concat(answers, "\\n"))
`,
    { messages: rowsText(asked.map(rowOf)) },
  );
  const lines = new TextDecoder().decode(answers).split("\n");
  assertEquals(lines.length, asked.length);
  for (const [i, message] of asked.entries()) {
    const scan = scanOf(message);
    const [verdict, learned] = lines[i].split(" ");
    assertEquals(verdictOf(scan), verdict);
    const decision = classOf(scan, {});
    assertEquals("class" in decision ? decision.class : "false", learned);
  }
});

function rowOf(message: Message): number[] {
  const { action, score, positive, negative, passthrough } = message;
  const position = 1 + ACTIONS.indexOf(action!);
  return [position, score!, positive, negative, passthrough ? 1 : 0];
}

/**
 * Which class a message is learned as, as rspamd's module decides it
 * (`ann_push_task_result`): scores where they are configured, verdicts else,
 * and spam before ham.
 */
function learnedAs(
  verdict: Verdict,
  score: number,
  spamScore: number | undefined,
  hamScore: number | undefined,
): "spam" | "ham" | undefined {
  if (verdict === "passthrough") return undefined;
  const isSpam = spamScore === undefined
    ? verdict === "spam" || verdict === "junk"
    : score >= spamScore;
  if (isSpam) return "spam";
  const isHam = hamScore === undefined ? verdict === "ham" : score <= hamScore;
  return isHam ? "ham" : undefined;
}

Deno.test("scores from which the filter is believed stand in for its verdict", () => {
  const threshold = fc.option(fc.constantFrom(-5, -0.1, 0, 5, 20), {
    nil: undefined,
  });
  fc.assert(
    fc.property(
      messages,
      threshold,
      threshold,
      (message, spamScore, hamScore) => {
        const scan = scanOf(message);
        const decision = classOf(scan, { spamScore, hamScore });
        assertEquals(
          "class" in decision ? decision.class : undefined,
          learnedAs(verdictOf(scan), message.score!, spamScore, hamScore),
        );
        if ("reason" in decision) assert(decision.reason.length > 10);
      },
    ),
    { numRuns: 1000 },
  );
});

Deno.test("why a message is not learned", () => {
  const message = { ...PLAIN, action: "no action", score: 3 };
  const reasonOf = (
    change: Partial<Message>,
    thresholds: { spamScore?: number; hamScore?: number },
  ) => {
    const decision = classOf(scanOf({ ...message, ...change }), thresholds);
    return "reason" in decision ? decision.reason : undefined;
  };
  assertEquals(reasonOf({}, {}), "verdict: uncertain");
  assertEquals(
    reasonOf({}, { spamScore: 5, hamScore: 0 }),
    "score 3 < spam_score 5; score 3 > ham_score 0",
  );
  assertEquals(
    reasonOf({}, { spamScore: 5 }),
    "score 3 < spam_score 5; verdict: uncertain",
  );
  assertEquals(
    reasonOf({}, { hamScore: 0 }),
    "verdict: uncertain; score 3 > ham_score 0",
  );
  assertEquals(
    reasonOf({ passthrough: true }, { spamScore: 0 }),
    "the filter let one rule decide alone (passthrough)",
  );
  for (const thresholds of [{ spamScore: 0 }, { hamScore: 0 }]) {
    assertEquals(
      reasonOf({ score: undefined }, thresholds),
      "the scan has no score, and no class was given",
    );
  }
});
