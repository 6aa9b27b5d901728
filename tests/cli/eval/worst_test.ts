import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Worst } from "../../../lib/cli/eval/worst.ts";
import type { MailClass } from "../../../lib/features/mail_class.ts";
import { parseScan } from "../../../lib/features/scan.ts";

function scanOf(mailClass: MailClass, place: string) {
  const scan = parseScan({ symbols: {} });
  return { id: "", class: mailClass, scan, place, line: "{}" };
}

Deno.test("the worst are those farthest on the wrong side, whatever the threshold", () => {
  fc.assert(fc.property(
    fc.uniqueArray(fc.double({ min: -1, max: 1, noNaN: true }), {
      maxLength: 40,
    }),
    fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    fc.integer({ min: 1, max: 5 }),
    (outputs, threshold, most) => {
      const worst = new Worst(most);
      const wrong: { place: string; by: number }[] = [];
      for (const [i, output] of outputs.entries()) {
        const mailClass = i % 3 === 0 ? "spam" : "ham";
        worst.add(scanOf(mailClass, `${i}`), output);
        const isWrong = (output >= threshold) !== (mailClass === "spam");
        const by = Math.abs(output - threshold);
        if (isWrong) wrong.push({ place: `${i}`, by });
      }
      const expected = wrong.toSorted((a, b) => b.by - a.by).slice(0, most);
      assertEquals(
        worst.beyond(threshold).map(({ output }) =>
          Math.abs(output - threshold)
        ),
        expected.map(({ by }) => by),
      );
    },
  ));
});

Deno.test("where all counts as ham, the worst are the surest spam", () => {
  const worst = new Worst(2);
  for (const [i, output] of [0.9, -0.5, 0.2, -0.9].entries()) {
    worst.add(scanOf(i === 0 ? "ham" : "spam", `${i}`), output);
  }
  const places = worst.beyond(Infinity).map(({ scan }) => scan.place);
  assertEquals(places, ["3", "1"]);
});

Deno.test("nothing is kept where nothing is asked for", () => {
  const worst = new Worst(0);
  worst.add(scanOf("ham", "0"), 1);
  assertEquals(worst.beyond(0), []);
});
