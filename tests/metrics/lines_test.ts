import { assert, assertEquals } from "@std/assert";
import { Lines } from "../../lib/metrics/lines.ts";

const newLines = () => new Lines(() => ({ count: 0 }));

/** Labels of all lines, as texts. */
function labelsOf(lines: ReturnType<typeof newLines>): string[] {
  return lines.list().map(({ labels }) => `${labels.rule}/${labels.settings}`);
}

Deno.test("lines have figures of their own as long as there are few", () => {
  const lines = newLines();
  for (const rule of ["A", "B"]) {
    for (const settings of ["default", "x", "x"]) {
      lines.of(rule, settings).count++;
    }
  }
  assertEquals(labelsOf(lines), ["A/default", "A/x", "B/default", "B/x"]);
  assertEquals(lines.list().map(({ figures }) => figures.count), [1, 2, 1, 2]);
});

Deno.test("lines that are too many share their figures, and none is lost", () => {
  const lines = newLines();
  for (let rule = 0; rule < 200; rule++) {
    for (let settings = 0; settings < 100; settings++) {
      lines.of(`R${rule}`, `S${settings}`).count++;
    }
    lines.of(`R${rule}`, "default").count++;
  }
  const all = lines.list();
  assertEquals(
    all.reduce((sum, { figures }) => sum + figures.count, 0),
    200 * 101,
  );
  assert(all.length > 500 && all.length <= 601, `${all.length} lines`);
  // Messages without settings are told of for every rule that has a name.
  const labels = labelsOf(lines);
  assert(labels.includes("R0/default") && labels.includes("R49/default"));
  assert(labels.includes("R0/S49") && labels.includes("R0/other"));
  assert(labels.includes("other/other"));
  assert(!labels.some((label) => label.startsWith("R50/")));
});

Deno.test("names that come to the same, or to the others', share their figures", () => {
  const lines = newLines();
  lines.of("A", "x\u0001").count++;
  lines.of("A", "x\u0002").count++;
  lines.of("A", "other").count++;
  lines.of("other", "default").count++;
  assertEquals(labelsOf(lines), ["A/x\ufffd", "A/other", "other/other"]);
  assertEquals(lines.of("A", "x\u0003").count, 2);
});
