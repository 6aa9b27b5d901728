/**
 * `X-Spam-Status`, as SpamAssassin writes it:
 * `Yes, score=5.3 required=5.0 tests=A,B=1.2,C autolearn=no`, and amavis:
 * `tests=[A=1.2, B=0.1]`.
 *
 * @module
 */

import {
  type FilterVerdict,
  MOST_NAME_LENGTH,
  MOST_SYMBOLS,
} from "./verdict.ts";

const TOTAL = /\b(?:score|hits)=\s*(-?\d{1,9}(?:\.\d{1,9})?)/i;
const REQUIRED = /\brequired=\s*(-?\d{1,9}(?:\.\d{1,9})?)/i;
const TESTS = /\btests=\s*\[?/gi;
/** The list may be folded anywhere between its names. */
const TEST = new RegExp(
  `[\\s,]*([A-Za-z_]\\w{0,${
    MOST_NAME_LENGTH - 1
  }})(?:=(-?\\d{1,9}(?:\\.\\d{1,9})?))?(?=([\\s,]*))`,
  "y",
);

/**
 * Reads the value of the header, unfolded.
 *
 * @returns a text that says what is wrong, where it is
 */
export function parseSpamAssassinStatus(value: string): FilterVerdict | string {
  TESTS.lastIndex = 0;
  // rspamd writes such a header too, without any.
  if (!TESTS.test(value)) return "its X-Spam-Status has no list of tests";
  const tests = readTests(value, TESTS.lastIndex);
  if (tests.size > MOST_SYMBOLS) {
    return `its X-Spam-Status has more than ${MOST_SYMBOLS} tests`;
  }
  if (tests.size === 0) return "its X-Spam-Status names no test";
  const isSpam = /^\s*yes\b/i.test(value);
  return {
    symbols: symbolsOf(tests),
    score: numberIn(value, TOTAL),
    required_score: numberIn(value, REQUIRED),
    action: isSpam ? "add header" : "no action",
  };
}

/** Scores by name; undefined where only names are listed. */
function readTests(value: string, from: number): Map<string, string> {
  const tests = new Map<string, string>();
  TEST.lastIndex = from;
  while (tests.size <= MOST_SYMBOLS) {
    const [, name, score = "", separator] = TEST.exec(value) ?? [];
    if (name === undefined) break;
    if (name !== "none" && !tests.has(name)) tests.set(name, score);
    // What comes after white space alone is no test.
    if (!separator.includes(",")) break;
  }
  return tests;
}

/** As names where no test has a score. */
function symbolsOf(tests: Map<string, string>): FilterVerdict["symbols"] {
  if ([...tests.values()].every((score) => score === "")) {
    return [...tests.keys()];
  }
  return Object.fromEntries(
    [...tests].map(([name, score]) => [name, [Number(score), Number(score)]]),
  );
}

function numberIn(value: string, pattern: RegExp): number | undefined {
  const number = pattern.exec(value)?.[1];
  return number === undefined ? undefined : Number(number);
}
