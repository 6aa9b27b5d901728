/**
 * Random UCL texts, well-formed and not, for comparison with libucl.
 *
 * Left out is what libucl's versions disagree on: text after the closing brace
 * of a whole file, `0x` without digits, a heredoc that ends with the file, `*`
 * inside comments, and comments before the brace of a whole file.
 */

import fc from "fast-check";

const oneOf = (...texts: string[]) => fc.constantFrom(...texts);

const space = oneOf("", " ", "\t", "\n", " \n ", "/* c */", "# c {;\n", "\r\n");
const key = oneOf(
  ..."a b max_trains x-y k.e 1 /p é on".split(" "),
  '"q"',
  '"q\\n r"',
  '"q\\u0041"',
);
const separator = oneOf(
  ...[" = ", "=", ": ", ":", " ", "\t=\t", " = = ", " =\n", " \n ", "/*c*/ = "],
);
const end = oneOf(";", ";\n", "\n", ",", " ; ", "", " ", " # c\n", ";;");

const number = fc.tuple(
  oneOf(
    ..."0 1 10 -5 007 0x1f -0x1F 1.5 1. -1.5e3 1e-3 1E+2 1e 1e+ 1.5.2 1_000 +3"
      .split(" "),
    ..."127.0.0.1 - --1 1-2 99999999999999999999 1e400 1e-400 1e5e 5%"
      .split(" "),
  ),
  oneOf(
    ..."k kb K m MB g gb min s h d w y kx k2 b".split(" "),
    ...["", "", " ", " k"],
  ),
).map((parts) => parts.join(""));

const text = oneOf(
  ...['"x"', '""', '"a b"', '"q\\"u\\\\o\\nte\\t\\/\\u00e9"', "''", "'a\"b'"],
  ...["'single \\n \\' x'", "'l\\\nm'", '"\t"', '"\\x"', '"open', "'open"],
);
const bare = oneOf(
  ..."word a/b:c x{y}z x[0] x{ x} a\\;b a\\nb yes no ON off true FALSE null"
    .split(" "),
  ..."Null <x <<x a//b http://x/y?z=1 é a'b (x) a=b a:b".split(" "),
  ...["two words", "a # c\n", "a/*c*/b", "10 20"],
);
const heredoc = oneOf(
  "<<EOD\nx\ny\nEOD",
  "<<EOD\n\nEOD",
  "<<E\n a;b{\nE",
  "<<EOD x\nEOD",
);

const { body } = fc.letrec<{ value: string; body: string; entry: string }>(
  (tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      number,
      text,
      bare,
      heredoc,
      fc.tuple(space, fc.array(tie("value"), { maxLength: 3 }), space).map(
        ([before, items, after]) => `[${before}${items.join(", ")}${after}]`,
      ),
      fc.tuple(space, tie("body"), space).map((parts) => `{${parts.join("")}}`),
    ),
    entry: fc.tuple(
      space,
      fc.array(key, { minLength: 1, maxLength: 2 }),
      separator,
      tie("value"),
      end,
    ).map(([before, keys, ...rest]) => before + keys.join(" ") + rest.join("")),
    body: fc.array(tie("entry"), { maxLength: 4 }).map((all) => all.join("")),
  }),
);

/** Texts that are mostly well-formed, ending with a line end. */
export const uclText: fc.Arbitrary<string> = body.map((text) => `${text}\n`);

const mutation = fc.record({
  at: fc.nat(),
  removed: fc.nat({ max: 2 }),
  inserted: fc.stringMatching(/^[abk10 \n;:,={}[\]']{0,2}$/),
});

/** Texts with a few characters taken out or put in. */
export const brokenUclText: fc.Arbitrary<string> = fc.tuple(
  uclText,
  fc.array(mutation, { minLength: 1, maxLength: 3 }),
).map(([text, mutations]) =>
  mutations.reduce((text, { at, removed, inserted }) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + inserted + text.slice(place + removed);
  }, text) + "\n"
).filter(isComparable);

/** What broken texts hold by chance of what is left out (and of macros). */
const LEFT_OUT = [
  /^(\s|#.*\n|\/\*.*?\*\/)*[{[]/,
  /(^|[\s{};,\]/])\./,
  /\dx(?![0-9a-f])/i,
  /<</,
  /\\u(?!00(41|e9))/,
];

function isComparable(text: string): boolean {
  const quotes = text.split('"').length - 1;
  const hasLoneStar = /\*/.test(text.replace(/\/\*|\*\//g, ""));
  return !hasLoneStar && !(text.includes("/*") && quotes % 2 > 0) &&
    !LEFT_OUT.some((pattern) => pattern.test(text));
}
