import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { textOf } from "../../lib/metrics/exposition.ts";
import { counter, gauge } from "../../lib/metrics/family.ts";
import { labelValue } from "../../lib/metrics/label_values.ts";
import { hasPromtool, promtool } from "./promtool.ts";
import { Scrape } from "./scrape.ts";

const NAMES = fc.array(fc.string({ unit: "binary" }), { maxLength: 5 });

Deno.test("whatever a name is, it is read as it was written", () =>
  fc.assert(fc.asyncProperty(NAMES, async (names) => {
    const values = [...new Set(names.map(labelValue))];
    const samples = values.map((rule, value) => ({ labels: { rule }, value }));
    const { families } = new Scrape(
      await textOf([gauge("a", 'one "line"\nor \\ two', samples)]),
    );
    const read = families.get("a")!.samples
      .map(({ labels, value }) => [labels.rule, value]);
    assertEquals(read, values.map((rule, value) => [rule, value]));
  })));

Deno.test("names have a bound, and no end of a line", () => {
  assertEquals(labelValue("a\nb\u0000c\ud800"), "a\ufffdb\ufffdc\ufffd");
  assertEquals(labelValue("ä".repeat(1000)).length, 100);
  // The second half of a character does not stay alone.
  assert(labelValue("a" + "😀".repeat(100)).isWellFormed());
});

Deno.test("no two families may have the same name", async () => {
  const twice = [counter("a_total", "one", 1), counter("a_total", "other", 2)];
  const said = await textOf(twice).then(() => "", (error) => error.message);
  assert(said.includes("already"), said);
});

Deno.test({
  name: "promtool reads every name",
  ignore: !hasPromtool,
  fn: async () => {
    const names = ['"', "\\", "a\\nb", "{}", "=", ",", "\u2028", "日本", '\\"'];
    const samples = names.map((rule) => ({ labels: { rule }, value: 0.1 }));
    const text = await textOf([gauge("a", "some", samples)]);
    assertEquals(await promtool(["check", "metrics"], text), "");
  },
});
