import { assertEquals, assertThrows } from "@std/assert";
import { parseScan } from "../../../lib/features/scan.ts";
import type { AutolearnContext } from "../../../lib/policy/autolearn/autolearn.ts";
import type { AutolearnChanges } from "../../../lib/policy/autolearn/options.ts";
import { AutolearnError } from "../../../lib/policy/autolearn/problems.ts";
import { AutolearnRegistry } from "../../../lib/policy/autolearn/registry.ts";

const SAFE: AutolearnChanges = { enabled: true, spamScore: 6, hamScore: -2 };

function decide(
  changes: AutolearnChanges,
  json: object,
  context: Partial<AutolearnContext> = {},
) {
  const autolearn = new AutolearnRegistry().autolearn({ ...SAFE, ...changes });
  const scan = parseScan({ symbols: {}, ...json });
  return autolearn.learnType(scan, { random: () => 0.5, ...context });
}

Deno.test("a scan that lacks what is needed is not learned", async () => {
  assertEquals(await decide({}, {}), {
    reason: "no score, and spam_score is needed",
  });
  const { reason } = await decide({ spamAction: "reject" }, { score: 7 });
  assertEquals(reason, "no action, and spam_action is needed");
});

Deno.test("the probability is that of the scan, or else the network's own", async () => {
  const probabilityCheck = { enabled: true };
  const spam = (variables?: object, own?: number) =>
    decide({ probabilityCheck }, { score: 7, variables }, {
      probability: () => own,
    });
  assertEquals((await spam()).class, "spam");
  assertEquals(
    (await spam({}, 0.97)).reason,
    "already confident spam: 0.97 >= 0.95",
  );
  assertEquals((await spam({ neural_prob: 0.5 }, 0.97)).class, "spam");
  // Of another variable neurald knows nothing.
  const other = await decide(
    { probabilityCheck: { enabled: true, variable: "constructor" } },
    { score: 7, variables: { neural_prob: 1 } },
    { probability: () => 1 },
  );
  assertEquals(other.class, "spam");
});

Deno.test("what is sampled out always is, whatever the coin", async () => {
  const sampling = { spamProbability: 0, hamProbability: 0.25 };
  const of = async (score: number, coin: number) =>
    (await decide({ sampling }, { score }, { random: () => coin })).class;
  assertEquals(await of(7, 0), undefined);
  assertEquals(await of(-7, 0.25), "ham");
  assertEquals(await of(-7, 0.26), undefined);
});

Deno.test("guards are asked first, and for each class", async () => {
  const asked: string[] = [];
  const decision = await decide(
    {},
    { score: -7, user: "alice" },
    {
      guard: (mailClass) => {
        asked.push(mailClass);
        return Promise.resolve(mailClass === "spam" ? "no" : undefined);
      },
    },
  );
  assertEquals(asked, ["spam", "ham"]);
  assertEquals(decision, { reason: "blocked by guard: no" });
  await decide({ enabled: false }, {}, {
    guard: () => Promise.reject(new Error("asked")),
  });
});

Deno.test("defaults hold unless the rule, or the call, says otherwise", () => {
  const registry = new AutolearnRegistry();
  registry.configure({ spamScore: 9, rateLimit: { maxDaily: 5 } });
  registry.configure({ hamScore: -9, rateLimit: { enabled: true } });
  const rule = { enabled: true, hamScore: -3, spamScore: undefined };
  const { options } = registry.autolearn(rule, {
    hamScore: -1,
    sampling: { hamProbability: 0.5 },
  });
  assertEquals([options.spamScore, options.hamScore], [9, -1]);
  assertEquals(options.rateLimit, {
    enabled: true,
    maxDaily: 5,
    redisPrefix: "neural_autolearn",
  });
  assertEquals(options.sampling, { spamProbability: 1, hamProbability: 0.5 });
});

Deno.test("what programs say is checked as a configuration is", () => {
  const registry = new AutolearnRegistry();
  const wrong: [AutolearnChanges, string][] = [
    [{ spamCondition: "A &" }, "autolearn: spam_condition: column 4: expected"],
    [{ enabled: true, spamScore: 5 }, "learned as ham: give ham_score"],
    [{ hamSymbolWeight: -1 }, "autolearn: ham_symbol_weight: it is about"],
  ];
  const before = registry.defaults;
  for (const [changes, message] of wrong) {
    assertThrows(() => registry.configure(changes), AutolearnError, message);
    assertThrows(() => registry.autolearn(changes), AutolearnError, message);
    assertThrows(
      () => registry.autolearn({}, changes),
      AutolearnError,
      message,
    );
  }
  assertEquals(registry.defaults, before);
});
