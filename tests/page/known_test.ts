import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Status } from "../../lib/engine/status.ts";
import type { ModelTraining } from "../../lib/model/stored_model.ts";
import { pageOf } from "../../lib/page/document.ts";
import { knownCosts, knownRoc } from "../../lib/page/known.ts";

Deno.test("costs that cannot be drawn are not", () => {
  assertEquals(knownCosts([0.5, 0.25]), [0.5, 0.25]);
  const others = [undefined, null, 7, [0.5], [0, 0], ["1", "2"], [NaN, 1], {}];
  for (const costs of others) assertEquals(knownCosts(costs), []);
  assertEquals(knownCosts(Array(200_000).fill(1)), []);
});

Deno.test("a ROC curve that cannot be drawn is not", () => {
  const figures = { n: { spam: 4, ham: 10 } };
  const of = (roc: unknown, more = {}) =>
    knownRoc({ figures, roc, ...more } as ModelTraining);
  assertEquals(of([[0.5, 1, 3], [-1, 10, 4]]), [[0, 0], [0.1, 0.75], [1, 1]]);
  assertEquals(of([[0.5, "1", 3], [1], null, [0, -1, 2]]), []);
  assertEquals(of(Array(65).fill([0, 1, 1])), []);
  assertEquals(of(undefined), []);
  assertEquals(of([[0.5, 1, 3]], { figures: null }), []);
  assertEquals(of([[0.5, 1, 3]], { figures: { n: { spam: 0, ham: 3 } } }), []);
  assertEquals(knownRoc(undefined), []);
});

Deno.test("whatever a store says of trainings, there is a page", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (training, record) => {
      const network = {
        settings: "default",
        metatoken_version: 3,
        key: "k",
        model: { version: 1, since: 0, symbols: 3, training },
      };
      const rule = {
        symbol_spam: "S",
        symbol_ham: "H",
        networks: [network],
      };
      const status = {
        store: { url: "sqlite:x" },
        rules: { R: rule },
      } as unknown as Status;
      const line = {
        rule: "R",
        ruleStatus: status.rules.R,
        network: status.rules.R.networks[0],
      };
      const trainings = [{ ...record as object, at: 1 }] as never;
      const page = pageOf({
        at: 0,
        facts: { version: "1", startedAt: 0 },
        status,
        lines: [line],
        chosen: { ...line, details: { refused: null, trainings } },
        recent: { given: 0, most: 50, scores: [] },
      });
      assert(page.endsWith("</html>"));
    }),
  );
});
