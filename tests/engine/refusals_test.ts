import { assert, assertEquals } from "@std/assert";
import { kindOf, Refusals } from "../../lib/engine/refusals.ts";
import {
  type ClassCounts,
  MAIL_CLASSES,
} from "../../lib/features/mail_class.ts";
import { admit } from "../../lib/policy/admission.ts";
import { configOf, Host } from "../daemon/host.ts";
import { mail } from "./mail.ts";

Deno.test("refusals are counted by rule, class and kind", () => {
  let now = 100;
  const refusals = new Refusals(() => now);
  const { rules: [first, second] } = configOf("rules { A { } B { } }");
  assertEquals(refusals.of(first), undefined);
  for (let score = 0; score < 1000; score++) {
    const reason = `score ${score} < spam_score 2000`;
    refusals.add(first, { class: "spam", reason });
    now++;
  }
  refusals.add(first, { class: "ham", reason: "verdict: junk" });
  refusals.add(second, { reason: "something new" });
  refusals.add(second, {});
  assertEquals(refusals.of(first), {
    since: 100,
    reasons: [
      { class: "spam", kind: "score", times: 1000 },
      { class: "ham", kind: "verdict", times: 1 },
    ],
  });
  assertEquals(refusals.of(second)?.reasons, [
    { class: undefined, kind: "other", times: 2 },
  ]);
});

/** Scans that are refused, by the configuration, and the kind of the reason. */
const REFUSED: [kind: string, config: string, changes: object][] = [
  ["frozen", "train { frozen = true; }", { class: undefined }],
  ["autotrain", "train { autotrain = false; }", { class: undefined }],
  ["passthrough", "", { class: undefined, passthrough_module: "a" }],
  ["verdict", "", { class: undefined }],
  [
    "score",
    "train { spam_score = 6; ham_score = -2; }",
    { class: undefined, score: 1 },
  ],
  ["score", "train { spam_score = 6; }", { class: undefined }],
  ["no symbols", "", { symbols: {} }],
  ["store_pool_only", "train { store_pool_only = true; }", {}],
  ["settings", "allowed_settings = [A];", { settings_id: "B" }],
  [
    "train_prob",
    "train { train_prob = 0.1; }",
    { class: undefined, action: "reject", score: 20 },
  ],
];

for (const [kind, config, changes] of REFUSED) {
  Deno.test(`a refusal by ${config || "default"} is of kind ${kind}`, async () => {
    await using host = await Host.start(
      `rules { default { watch_interval = 1h; ${config} } }`,
    );
    const { json } = await host.post("/v1/learn", {
      ...mail("spam", 1),
      ...changes,
    });
    assertEquals(json.learned, false);
    assertEquals(kindOf(json.results[0].reason), kind, json.reason);
    const { rules } = (await host.ask("/v1/pool")).json;
    const [only, ...others] = rules.default.refused.reasons;
    assertEquals([only.kind, only.times, others], [kind, 1, []]);
  });
}

Deno.test("autolearn's reasons are each of a kind", () => {
  const url = new URL("../fixtures/autolearn.json", import.meta.url);
  const cases: Record<"spam" | "ham", { reason?: string }>[] = JSON.parse(
    Deno.readTextFileSync(url),
  );
  const reasons = cases.flatMap(({ spam, ham }) => [spam, ham])
    .flatMap(({ reason }) => reason ?? [])
    // Then it is not asked.
    .filter((reason) => reason !== "autolearn disabled");
  const kinds = new Set(reasons.map(kindOf));
  assert(kinds.size >= 8, [...kinds].join());
  assertEquals(reasons.filter((reason) => kindOf(reason) === "other"), []);
});

Deno.test("admission's reasons are each of a kind", () => {
  const options = {
    learnMode: "balanced",
    maxTrains: 10,
    trainProbability: 1,
    classesBias: 0,
    spamSkipProbability: 0.5,
    hamSkipProbability: 0.5,
  } as const;
  const kindsOf = (changes: object, counts: ClassCounts, coin: number) =>
    MAIL_CLASSES.map((mailClass) => {
      const result = admit({ ...options, ...changes }, mailClass, counts, coin);
      return result.admitted ? "admitted" : kindOf(result.reason);
    });
  const many = { spam: 11, ham: 11 };
  const none = { spam: 0, ham: 0 };
  assertEquals(kindsOf({}, many, 0.5), ["max_trains", "max_trains"]);
  assertEquals(kindsOf({ trainProbability: 0.1 }, none, 0.5), [
    "train_prob",
    "train_prob",
  ]);
  assertEquals(kindsOf({}, { spam: 9, ham: 0 }, 0.5), ["balance", "admitted"]);
  assertEquals(kindsOf({ learnMode: "proportional" }, none, 0.5), [
    "spam_skip_prob",
    "ham_skip_prob",
  ]);
});
