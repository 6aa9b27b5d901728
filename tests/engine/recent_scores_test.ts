import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { RecentScores } from "../../lib/engine/recent_scores.ts";
import type { Score } from "../../lib/engine/scorer.ts";
import type { Model } from "../../lib/model/model.ts";
import { trainedHost } from "../daemon/trained_host.ts";
import { mail } from "../engine/mail.ts";

const SCORE: Score = {
  rule: "R",
  settings: "default",
  symbol: null,
  score: 0,
  output: 0.5,
  version: 1,
  threshold: 0,
};
const UNEXPLAINED = { predictor: {} } as Model;
const VECTOR = { length: 0, indices: [], values: [] };

Deno.test("the last scores are kept, as many as are wanted, newest first", () => {
  const steps = fc.array(
    fc.record({ scores: fc.nat(30), most: fc.nat(20) }),
    { maxLength: 10 },
  );
  fc.assert(fc.property(steps, (steps) => {
    let [wanted, time] = [10, 0];
    const recent = new RecentScores(() => wanted, () => ++time);
    let expected: number[] = [];
    let given = 0;
    for (const { scores, most } of steps) {
      wanted = most;
      for (let i = 0; i < scores; i++) {
        recent.add(SCORE, UNEXPLAINED, VECTOR);
        given++;
        if (most > 0) expected.push(given);
      }
      const list = recent.list();
      expected = most === 0 ? [] : expected.slice(-most);
      assertEquals(list.map(({ number }) => number), expected.toReversed());
      assertEquals(recent.given, given);
    }
  }));
});

Deno.test("a score is explained by the model that gave it", async () => {
  await using host = await trainedHost();
  const scan = mail("spam", 400);
  const { results } = (await host.post("/v1/score?explain=12", scan)).json;
  const before = await (await fetch(host.url)).text();
  assert((await host.post("/v1/train", "")).json.results.length === 1);
  const after = await (await fetch(host.url)).text();
  const reasonsIn = (page: string) =>
    /<details id="score-1">[^]*?<\/details>/.exec(page)?.[0];
  assertEquals(reasonsIn(before), reasonsIn(after));
  for (const { name } of results[0].contributions) {
    if (name !== "base") assert(reasonsIn(after)!.includes(name), name);
  }
});
