import { assert, assertEquals } from "@std/assert";
import { hasPromtool, promtool } from "../metrics/promtool.ts";
import { DASHBOARD, expressionsOf, type GridPosition } from "./grafana.ts";

const SOURCE = { type: "prometheus", uid: "${datasource}" };

Deno.test("the dashboard is one that Grafana 10 reads", () => {
  const { panels, templating, schemaVersion, uid } = DASHBOARD;
  // Grafana 10.0 has 38, and brings older ones up to date.
  assert(schemaVersion >= 36 && schemaVersion <= 38);
  assertEquals(uid, "neurald");
  assertEquals(new Set(panels.map(({ id }) => id)).size, panels.length);
  for (const { type, title, description, datasource, targets } of panels) {
    if (type === "row") continue;
    assert(["stat", "timeseries"].includes(type), title);
    assert(description?.endsWith("."), title);
    assertEquals(datasource, SOURCE, title);
    assert(targets && targets.length > 0, title);
    for (const [i, target] of targets.entries()) {
      assertEquals(target.datasource, SOURCE, title);
      assertEquals(target.refId, String.fromCharCode(65 + i), title);
    }
  }
  assertEquals(templating.list.map(({ name, type }) => [name, type]), [
    ["datasource", "datasource"],
    ["instance", "query"],
    ["rule", "query"],
    ["settings", "query"],
  ]);
  for (const { datasource } of templating.list.slice(1)) {
    assertEquals(datasource, SOURCE);
  }
});

Deno.test("no panel of the dashboard hides another", () => {
  const taken = new Map<string, string>();
  for (const { title, gridPos } of DASHBOARD.panels) {
    assert(gridPos.x + gridPos.w <= 24, title);
    for (const cell of cellsOf(gridPos)) {
      assertEquals(taken.get(cell), undefined, title);
      taken.set(cell, title);
    }
  }
});

Deno.test({
  name: "promtool understands every expression of the dashboard",
  ignore: !hasPromtool,
  fn: async () => {
    const expressions = expressionsOf(DASHBOARD);
    assert(expressions.length > 40);
    assert(!expressions.some((text) => text.includes("$")));
    const rules = expressions.map((expr, i) => ({ record: `e${i}`, expr }));
    const file = await Deno.makeTempFile({ suffix: ".yml" });
    try {
      // JSON is YAML.
      const groups = [{ name: "dashboard", rules }];
      await Deno.writeTextFile(file, JSON.stringify({ groups }));
      await promtool(["check", "rules", "--lint=none", file]);
    } finally {
      await Deno.remove(file);
    }
  },
});

function cellsOf({ x, y, w, h }: GridPosition): string[] {
  return Array.from(
    { length: w * h },
    (_, i) => `${x + i % w} ${y + Math.floor(i / w)}`,
  );
}
