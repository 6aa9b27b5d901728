import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import fc from "fast-check";
import { logarithmicAxis, shareAxis } from "../../../lib/chart/axis.ts";
import { evaluationPicture } from "../../../lib/cli/eval/picture.ts";
import type { NamedEvaluation } from "../../../lib/cli/eval/report.ts";
import { escapeXml } from "../../../lib/chart/xml.ts";
import { evaluate } from "../../../lib/nn/quality/evaluation.ts";

const messages = fc.array(
  fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.boolean()),
  { minLength: 1, maxLength: 300 },
);

function evaluated(
  name: string,
  messages: [number, boolean][],
  fpr?: number,
): NamedEvaluation {
  const outputs = Float64Array.from(messages, ([output]) => output);
  const isSpam = Uint8Array.from(messages, ([, isSpam]) => isSpam ? 1 : 0);
  return { name, evaluation: evaluate(outputs, isSpam, fpr), worst: [] };
}

/** Names of the elements, each of which is closed where it ought to be. */
function elementsOf(svg: string): string[] {
  const open: string[] = [];
  const names: string[] = [];
  const style = /<style>[^<]*<\/style>/;
  for (const [tag, end, name] of svg.replace(style, "").matchAll(TAG)) {
    if (end) assertEquals(open.pop(), name, tag);
    else {
      names.push(name);
      if (!tag.endsWith("/>")) open.push(name);
    }
  }
  assertEquals(open, []);
  return names;
}
const TAG = /<(\/?)([a-z]+)(?: [a-zA-Z0-9-]+="[^"<]*")*\/?>/g;

Deno.test("a picture of any messages is sound, and all numbers are numbers", () => {
  fc.assert(
    fc.property(messages, messages, fc.string(), (first, second, name) => {
      const pair = [evaluated(name, first), evaluated("other", first, 0.01)];
      for (const some of [pair, pair.slice(0, 1), [evaluated("", second)]]) {
        const svg = evaluationPicture(some);
        const names = elementsOf(svg);
        assertEquals(svg.match(/</g)!.length, svg.match(TAG)!.length);
        assertEquals(names.filter((name) => name === "svg").length, 1);
        assert(!/NaN|Infinity|undefined/.test(withoutText(svg)));
        // Two diagrams and the legend, and nothing that runs or is fetched.
        const lines = svg.match(/class="line [ab]"/g)!.length;
        assertEquals(lines, 3 * some.length);
        assert(!names.includes("script") && !names.includes("image"));
      }
    }),
    { numRuns: 60 },
  );
});

/** Names of models may say anything. */
function withoutText(svg: string): string {
  return svg.replaceAll(/>[^<]*</g, "><");
}

Deno.test("a picture says in words what it shows", () => {
  const messages = Array.from(
    { length: 100 },
    (_, i): [number, boolean] => [i / 50 - 1, i % 10 > 4],
  );
  const svg = evaluationPicture([evaluated(`<a & "b">`, messages)]);
  assertMatch(svg, /role="img" aria-labelledby="title desc"/);
  assertStringIncludes(svg, `How well &lt;a &amp; &quot;b&quot;&gt; tells`);
  assertStringIncludes(svg, "by 50 spam and 50 ham");
  assertStringIncludes(svg, "prefers-color-scheme: dark");
});

Deno.test("all points lie in their frame", () => {
  fc.assert(fc.property(messages, (messages) => {
    const svg = evaluationPicture([evaluated("m", messages)]);
    const paths = [...svg.matchAll(/d="M([\d. L-]*)"/g)];
    for (const [, path] of paths) {
      for (const point of path.split("L")) {
        const [x, y] = point.split(" ").map(Number);
        assert(x >= 0 && x <= 360 && y >= 0 && y <= 320, point);
      }
    }
  }));
});

Deno.test("an axis of shares ends with 100 %, and ticks are where they say", () => {
  for (const least of [0, 0.1, 0.4, 0.5, 0.9, 0.95]) {
    const { ticks, place } = shareAxis("x", least);
    assertEquals(ticks[0], { at: 1, text: "100 %" });
    assert(ticks.length >= 5 && ticks.length <= 7, `${ticks.length}`);
    for (const { at, text } of ticks) {
      const share = Number(text.replace(" %", "")) / 100;
      assert(Math.abs(place(share) - at) < 1e-9, text);
    }
  }
});

Deno.test("a logarithmic axis begins with 0, and each power has its place", () => {
  const { ticks, place } = logarithmicAxis("x", 4);
  assertEquals(ticks.map(({ text }) => text), [
    "0",
    "0.1 %",
    "1 %",
    "10 %",
    "100 %",
  ]);
  assertEquals([0, 1e-9, 0.001, 0.01, 1].map(place), [0, 0, 0.25, 0.5, 1]);
});

Deno.test("text that XML has not is replaced", () => {
  assertEquals(escapeXml("a\0\x1b\ud800\n<"), "a\ufffd\ufffd\ufffd\n&lt;");
});
