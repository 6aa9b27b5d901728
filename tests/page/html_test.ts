import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { escapeHtml, html, named } from "../../lib/page/html.ts";
import { HOSTILE } from "./states.ts";

const ENTITIES: Record<string, string> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

function unescaped(text: string): string {
  return text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (all) => ENTITIES[all]);
}

const texts = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(..."<>&\"'`= /x\0\u009f\ud800") }),
  fc.constantFrom(...HOSTILE),
);

Deno.test("no text leaves its place in an element or in quotes", () => {
  fc.assert(
    fc.property(texts, texts, (first, second) => {
      const { text } = html`
        <a title="${first}">${second}</a>
      `;
      assertEquals(
        text,
        '<a title="' + escapeHtml(first) + '">' + escapeHtml(second) + "</a>",
      );
      for (const escaped of [first, second].map(escapeHtml)) {
        assert(!/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/.test(escaped), escaped);
        assert(escaped.isWellFormed());
      }
    }),
  );
});

Deno.test("a text is as it was, but for what HTML does not have", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const read = unescaped(escapeHtml(text));
      const [is, was] = [[...read], [...text.toWellFormed()]];
      assertEquals(is.length, was.length);
      for (const [i, character] of was.entries()) {
        assert(is[i] === character || is[i] === "\ufffd", character);
        if (/[\p{L}\p{N}\p{P}\p{S}\t\n ]/u.test(character)) {
          assertEquals(is[i], character);
        }
      }
    }),
  );
  assertEquals(escapeHtml("a\0b\x9fc\ud800"), "a\ufffdb\ufffdc\ufffd");
});

Deno.test("templates are nested, lists joined, and nothing is nothing", () => {
  const items = ["a", "<b>"].map((name) =>
    html`
      <li>${name}</li>
    `
  );
  assertEquals(
    html`
      <ul>${items}${undefined}${null}${false}${0}</ul>
    `.text,
    "<ul><li>a</li><li>&lt;b&gt;</li>0</ul>",
  );
  assertEquals(
    html`
      alone
    `.text,
    "alone",
  );
  // What looks like HTML is not taken for it.
  const forged = { text: "<b>" } as unknown as string;
  assertEquals(
    html`
      ${forged}
    `.text,
    "[object Object]",
  );
});

Deno.test("what turns letters around in a name is seen", () => {
  assertEquals(
    named("\u202eLANI\u2066GI\u200bRO").text,
    '<bdi class="name">\ufffdLANI\ufffdGI\ufffdRO</bdi>',
  );
});
