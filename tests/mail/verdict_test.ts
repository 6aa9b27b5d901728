import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { findVerdict, type MailFilter } from "../../lib/mail/find_verdict.ts";
import { readHeaders } from "../../lib/mail/headers.ts";
import { parseScan } from "../../lib/features/scan.ts";
import type { FilterVerdict } from "../../lib/mail/verdict.ts";
import { type Found, rspamdHeader } from "./milter.ts";

function found(lines: string[], filter?: MailFilter): FilterVerdict | string {
  const bytes = new TextEncoder().encode([...lines, "", "body"].join("\n"));
  return findVerdict(readHeaders(bytes), filter);
}

function verdictIn(lines: string[], filter?: MailFilter): FilterVerdict {
  const verdict = found(lines, filter);
  assert(typeof verdict !== "string", `${verdict}`);
  return verdict;
}

Deno.test("rspamd's header is read, folded or not", () => {
  const symbols: Found[] = [
    ["BAYES_SPAM", 5.1, ["99.99%"]],
    ["R_SPF_ALLOW", -0.2, ["+ip4:192.0.2.0/24", "c"]],
    ["FROM_HAS_DN", 0],
    ["FAKE_RECEIVED_mail_ru", 0.004],
  ];
  const header = rspamdHeader(symbols, { score: 4.9, isRejected: true });
  const expected: FilterVerdict = {
    symbols: {
      BAYES_SPAM: [5.1, 5.1],
      R_SPF_ALLOW: [-0.2, -0.2],
      FROM_HAS_DN: [0, 0],
      FAKE_RECEIVED_mail_ru: [0, 0],
    },
    score: 4.9,
    required_score: 15,
    action: "reject",
  };
  assertEquals(verdictIn([header]), expected);
  assertEquals(verdictIn([header.replaceAll(/\n\t/g, " ")]), expected);
  assertEquals(verdictIn([header.replaceAll(/\n\t/g, "")]), expected);
});

const OPTIONS = [
  "a;b",
  "; NOT_ONE",
  "[x]",
  "x]",
  "{y}",
  "a, b",
  "NAME(1.00)",
  "; NOT_ONE(1.00",
  "тест",
  "a]b; c",
  "=?UTF-8?Q?=5D?=",
  "",
];

Deno.test("options may be anything, and hide no symbol", () => {
  const name = fc.stringMatching(/^[A-Z][A-Z0-9_.:-]{0,20}$/);
  const symbol = fc.tuple(
    name,
    fc.integer({ min: -2000, max: 2000 }).map((cents) => cents / 100),
    fc.array(fc.constantFrom(...OPTIONS), { maxLength: 4 }),
  );
  const symbols = fc.uniqueArray(symbol, {
    minLength: 1,
    maxLength: 30,
    selector: ([name]) => name,
  });
  fc.assert(fc.property(symbols, (symbols) => {
    const verdict = verdictIn([rspamdHeader(symbols)]);
    assertEquals(
      verdict.symbols,
      Object.fromEntries(
        symbols.map(([name, score]) => [name, [score + 0, score + 0]]),
      ),
    );
    parseScan(verdict);
  }));
});

Deno.test("parts in braces, no options, and a header that is cut off are read", () => {
  const value = "default: False [nan / 15.00]; A(1.00){GROUP:x;}[a;b]; " +
    "B(2.00); C(-3)[]; A(9.00)[]; D(inf)[]; E(0.50)[cut; of";
  const { symbols, score, action } = verdictIn([`X-Spamd-Result: ${value}`]);
  assertEquals(symbols, { A: [1, 1], B: [2, 2], C: [-3, -3], E: [0.5, 0.5] });
  assertEquals([score, action], [undefined, undefined]);
});

Deno.test("rspamd's action is told by another header", () => {
  const lines = [rspamdHeader([["A", 1]]), "X-Rspamd-Action: add header"];
  assertEquals(verdictIn(lines).action, "add header");
});

Deno.test("SpamAssassin's header is read", () => {
  const status = "X-Spam-Status: Yes, score=5.3 required=5.0 tests=BAYES_99," +
    "\n\tHTML_MESSAGE,MIME_HTML_ONLY,\n\tT_REMOTE_IMAGE autolearn=no\n" +
    "\tautolearn_force=no version=4.0.0";
  assertEquals(verdictIn([status]), {
    symbols: ["BAYES_99", "HTML_MESSAGE", "MIME_HTML_ONLY", "T_REMOTE_IMAGE"],
    score: 5.3,
    required_score: 5,
    action: "add header",
  });
});

Deno.test("scores of SpamAssassin's tests are read, in amavis' brackets too", () => {
  const symbols: FilterVerdict["symbols"] = {
    BAYES_00: [-1.9, -1.9],
    HTML_MESSAGE: [0.001, 0.001],
  };
  for (
    const tests of [
      "tests=BAYES_00=-1.9,HTML_MESSAGE=0.001 autolearn=ham",
      "tests=[BAYES_00=-1.9,\n\tHTML_MESSAGE=0.001] autolearn=ham",
      "tests=[BAYES_00=-1.9, HTML_MESSAGE=0.001]",
    ]
  ) {
    const verdict = verdictIn([
      `X-Spam-Status: No, score=-1.899 tagged_above=2 required=6.31 ${tests}`,
    ]);
    assertEquals(verdict.symbols, symbols);
    assertEquals(verdict.action, "no action");
  }
});

Deno.test("what has no symbols is told", () => {
  const reasons: [lines: string[], said: string][] = [
    [["From: a"], "no X-Spamd-Result and no X-Spam-Status in its headers"],
    [["X-Spam-Status: No, score=1.20"], "has no list of tests"],
    [["X-Spam-Status: No, score=0 tests=none"], "names no test"],
    [["X-Spamd-Result: default: False [1.00 / 15.00]"], "names no symbol"],
    [["X-Spamd-Result: hello"], "does not begin as rspamd's does"],
  ];
  for (const [lines, said] of reasons) {
    const reason = found(lines);
    assert(typeof reason === "string", JSON.stringify(reason));
    assertStringIncludes(reason, said);
  }
});

const RECEIVED = "Received: by mx.example.net";
const SPAMASSASSIN = "X-Spam-Status: No, score=0 tests=SA";
const rspamd = (name: string) => rspamdHeader([[name, 1]]);

const TRUSTED: [what: string, lines: string[], symbol: string][] = [
  [
    "the topmost of several",
    [rspamd("OURS"), rspamd("THEIRS")],
    "OURS",
  ],
  [
    "what is above Received before what is below",
    [SPAMASSASSIN, RECEIVED, rspamd("THEIRS")],
    "SA",
  ],
  [
    "rspamd's, which nobody else can have written, at the end",
    [RECEIVED, SPAMASSASSIN, rspamd("OURS")],
    "OURS",
  ],
  [
    "any where there is no Received",
    [SPAMASSASSIN],
    "SA",
  ],
  [
    "one that can be used, where one cannot",
    ["X-Spam-Status: Yes, score=9.00", RECEIVED, rspamd("OURS")],
    "OURS",
  ],
];

Deno.test("the own filter's verdict counts", () => {
  for (const [what, lines, symbol] of TRUSTED) {
    const { symbols } = verdictIn(lines);
    const names = Array.isArray(symbols) ? symbols : Object.keys(symbols);
    assertEquals(names, [symbol], what);
  }
});

Deno.test("only the filter that is named counts", () => {
  const lines = [SPAMASSASSIN, RECEIVED, rspamd("R")];
  assertEquals(Object.keys(verdictIn(lines, "rspamd").symbols), ["R"]);
  assertEquals(verdictIn(lines, "spamassassin").symbols, ["SA"]);
  assertEquals(
    found([SPAMASSASSIN], "rspamd"),
    "no X-Spamd-Result in its headers",
  );
});
