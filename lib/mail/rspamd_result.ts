/**
 * `X-Spamd-Result`, as rspamd writes it (`milter_headers.lua`):
 * `default: False [4.30 / 15.00]; NAME(1.20)[option,option]; NAME(0.00)[]`.
 *
 * @module
 */

import {
  type FilterVerdict,
  MOST_NAME_LENGTH,
  MOST_SYMBOLS,
} from "./verdict.ts";

const NUMBER = "-?(?:\\d{1,9}(?:\\.\\d{1,9})?|nan|inf)";
const SYMBOL =
  `([^\\s;,()[\\]{}]{1,${MOST_NAME_LENGTH}})\\(\\s*(${NUMBER})\\s*\\)`;

/** Metric, whether it is rejected, total, and the total that is rejected. */
const BEGINNING = new RegExp(
  `\\s*[^\\s:;]{1,99}:\\s*(\\w{1,9})\\s*\\[\\s*(${NUMBER})\\s*/\\s*(${NUMBER})\\s*\\]`,
  "y",
);
/** Semicolons are where the header is folded. */
const NEXT = new RegExp(`\\s*(?:;\\s*)?${SYMBOL}\\s*`, "y");
/** What stands after the options of a symbol, and not within them. */
const AFTER_OPTIONS = new RegExp(
  `\\s*(?:$|[[{]|;\\s*(?:$|${SYMBOL}))`,
  "y",
);
const CLOSING: Record<string, string> = { "[": "]", "{": "}" };

/**
 * Reads the value of the header, unfolded.
 *
 * Options are passed over; they are whatever a plugin wrote, brackets and
 * semicolons too. They end by a bracket after which another symbol begins, or
 * nothing. Where a symbol is there twice, the first counts.
 *
 * @returns a text that says what is wrong, where it is
 */
export function parseRspamdResult(value: string): FilterVerdict | string {
  BEGINNING.lastIndex = 0;
  const beginning = BEGINNING.exec(value);
  if (!beginning) return "its X-Spamd-Result does not begin as rspamd's does";
  const [, isRejected, score, required] = beginning;
  const symbols = new Map<string, [score: number, weight: number]>();
  let at = BEGINNING.lastIndex;
  for (;;) {
    NEXT.lastIndex = at;
    const [, name, given] = NEXT.exec(value) ?? [];
    if (name === undefined) break;
    const number = Number(given);
    // One that is no number is none in rspamd's vectors either.
    if (Number.isFinite(number) && !symbols.has(name)) {
      symbols.set(name, [number, number]);
    }
    if (symbols.size > MOST_SYMBOLS) {
      return `its X-Spamd-Result has more than ${MOST_SYMBOLS} symbols`;
    }
    at = afterOptions(value, NEXT.lastIndex);
  }
  if (symbols.size === 0) return "its X-Spamd-Result names no symbol";
  return {
    symbols: Object.fromEntries(symbols),
    score: finite(score),
    required_score: finite(required),
    action: isRejected === "True" ? "reject" : undefined,
  };
}

/** Where the bracketed parts behind a symbol end. */
function afterOptions(value: string, from: number): number {
  let at = from;
  while (value[at] in CLOSING) {
    const closing = CLOSING[value[at]];
    at = value.indexOf(closing, at) + 1;
    while (at > 0 && !endsAt(value, at)) at = value.indexOf(closing, at) + 1;
    // Cut off within its options.
    if (at === 0) return value.length;
    while (value[at] === " " || value[at] === "\t") at++;
  }
  return at;
}

function endsAt(value: string, at: number): boolean {
  AFTER_OPTIONS.lastIndex = at;
  return AFTER_OPTIONS.test(value);
}

function finite(text: string): number | undefined {
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}
