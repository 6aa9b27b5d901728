import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Score } from "../../lib/engine/scorer.ts";
import { ARCHITECTURES } from "../../lib/nn/architectures.ts";
import { measure } from "../../lib/nn/quality/metrics.ts";
import { Random } from "../../lib/nn/random.ts";
import { Host } from "../daemon/host.ts";
import { corpusLines } from "../train/corpus.ts";

/** Real mail as a client sends it: labelled, in an order of chance. */
const CORPUS = inAnyOrder(corpusLines(560));
const LEARNED = CORPUS.slice(0, 500);
const UNSEEN = CORPUS.slice(500);

function inAnyOrder(lines: string[]): string[] {
  const order = Uint32Array.from(lines.keys());
  new Random(1).shuffle(order);
  return Array.from(order, (i) => lines[i]);
}

const RULES: Record<string, string> = {
  PCA: "max_inputs = 20; architecture = mlp;",
  UNIT: "fusion { normalization = unit; } architecture = symbol;",
  ZSCORE: "fusion { normalization = zscore; }",
  BOTH: "fusion { normalization = zscore; } max_inputs = 20;",
  SYMBOL: "architecture = symbol;",
  KEPT: "max_inputs = 60; architecture = symbol;",
  LINEAR: "architecture = linear;",
  MLP: "architecture = mlp;",
  EMBEDDING: "architecture = embedding;",
  AUTO: "architecture = auto;",
};

/** Symbols are none of another rule. */
function configOf(rules: Record<string, string>): string {
  const sections = Object.entries(rules).map(([name, options]) =>
    `${name} { symbol_spam = ${name}_SPAM; symbol_ham = ${name}_HAM;
       watch_interval = 1h; ${options} }`
  );
  return `rules { ${sections.join(" ")} }`;
}

/** Every score that is given of some scans, with all contributions. */
async function scoresOf(host: Host): Promise<Score[]> {
  const answers = await host.postLines("/v1/score?explain=1000", UNSEEN);
  return answers.flatMap(({ results }) => results);
}

Deno.test("networks of all kinds are learned, explained, shown and kept", async () => {
  await using host = await Host.start(configOf(RULES));
  await host.postLines("/v1/learn", LEARNED);
  const { json } = await host.post("/v1/train", "");
  assertEquals(json.results.length, Object.keys(RULES).length);
  for (const { report } of json.results) {
    assertEquals(report.outcome, "published", JSON.stringify(report));
  }
  const scores = await scoresOf(host);
  assertEquals(scores.length, UNSEEN.length * Object.keys(RULES).length);
  const truths = Uint8Array.from(
    UNSEEN,
    (line) => JSON.parse(line).class === "spam" ? 1 : 0,
  );
  for (const rule of Object.keys(RULES)) {
    const ofRule = scores.filter((score) => score.rule === rule);
    const outputs = Float64Array.from(ofRule, ({ output }) => output);
    const { auc } = measure(outputs, truths);
    assert(auc > 0.9, `${rule}: ${auc}`);
    for (const { contributions = [], output } of ofRule) {
      assert(contributions.some(({ name }) => name === "base"), rule);
      const sum = contributions.reduce((sum, c) => sum + c.contribution, 0);
      assertAlmostEquals(sum, output, 1e-4, rule);
    }
    const sorted = ofRule.toSorted((a, b) => a.output - b.output);
    sorted.forEach(({ probability }, i) => {
      assert(probability! > 0 && probability! < 1, rule);
      if (i > 0) assert(probability! >= sorted[i - 1].probability!, rule);
    });
    const { model, last_training } = await host.network({ rule });
    const { architecture, cross_validation, figures } = model!.training!;
    assert(figures.auc > 0.9, `${rule}: ${figures.auc}`);
    assertEquals(last_training!.figures, figures);
    const configured = ARCHITECTURES.find((one) =>
      RULES[rule].includes(`architecture = ${one}`)
    );
    if (configured) {
      assertEquals(architecture, configured);
      assertEquals(cross_validation, undefined);
    } else {
      const chosenFrom = cross_validation!.map((one) => one.architecture);
      const isCentred = RULES[rule].includes("zscore");
      assertEquals(
        chosenFrom,
        isCentred ? ["mlp", "linear"] : ["mlp", "symbol", "linear"],
      );
      assert(chosenFrom.includes(architecture));
    }
  }
  await host.restart();
  assertEquals(await scoresOf(host), scores);
});

Deno.test("the figures of both networks and the decision are shown", async () => {
  await using host = await Host.start(configOf({
    PCA: RULES.PCA,
    LINEAR: RULES.LINEAR,
  }));
  await host.postLines("/v1/learn", LEARNED.slice(0, 300));
  await host.post("/v1/train", "");
  await host.postLines("/v1/learn", LEARNED.slice(300));
  await host.post("/v1/train", "");
  for (const [rule, goesOn] of [["PCA", false], ["LINEAR", true]] as const) {
    const { model, last_training } = await host.network({ rule });
    const { outcome, figures, current_figures, went_on, reason } =
      last_training!;
    assert(figures!.n.spam > 0 && figures!.n.ham > 0);
    assertEquals(current_figures!.n, figures!.n);
    // Weights of one projection are of no use to another.
    assertEquals(went_on, goesOn, rule);
    if (outcome === "refused") {
      assert(reason!.includes(" against "), reason);
      assertEquals(model!.version, 1);
      continue;
    }
    assertEquals([outcome, model!.version], ["published", 2]);
    const { replaced_figures, usages } = model!.training!;
    assertEquals(model!.training!.figures, figures);
    assertEquals(replaced_figures, current_figures);
    assertEquals(usages, goesOn ? 2 : 1);
  }
});

Deno.test("thresholds of the ROC decide which symbols are inserted", async () => {
  const random = new Random(2);
  const other = { spam: "ham", ham: "spam" };
  const mistaken = CORPUS.map((line) => {
    const scan = JSON.parse(line) as { class: "spam" | "ham" };
    return random.uniform() < 0.15
      ? { ...scan, class: other[scan.class] }
      : scan;
  });
  const linear = "architecture = linear;";
  await using host = await Host.start(configOf({
    PLAIN: linear,
    ROC: `${linear} roc_enabled = true; roc_misclassification_cost = 0.02;`,
    FIXED: `${linear} roc_enabled = true; spam_score_threshold = 0.25;`,
  }));
  await host.postLines("/v1/learn", mistaken);
  assert((await host.post("/v1/train", "")).json.trained);
  const scores = await scoresOf(host);
  const spamOf = (rule: string) =>
    scores.filter((score) => score.rule === rule && score.output > 0);
  const [{ threshold }] = spamOf("ROC");
  assert(threshold > 0.1, `${threshold}`);
  for (const score of spamOf("ROC")) {
    assertEquals(score.threshold, threshold);
    const isSure = score.output >= threshold;
    assertEquals(score.symbol, isSure ? "ROC_SPAM" : null);
  }
  assert(spamOf("ROC").some(({ symbol }) => symbol === null));
  assert(spamOf("PLAIN").every(({ symbol }) => symbol === "PLAIN_SPAM"));
  assert(spamOf("FIXED").every(({ threshold }) => threshold === 0.25));
  await host.restart();
  assertEquals(await scoresOf(host), scores);
});

Deno.test("a model without a record of its training has no probability", async () => {
  await using host = await Host.start(configOf({ LINEAR: RULES.LINEAR }));
  await host.postLines("/v1/learn", LEARNED);
  assert((await host.post("/v1/train", "")).json.trained);
  const before = await scoresOf(host);
  await host.stop();
  // As rspamd leaves it.
  host.sql((database) =>
    database.exec("DELETE FROM model_fields WHERE name = 'training'")
  );
  await host.restart();
  assertEquals(
    await scoresOf(host),
    before.map(({ probability: _, ...score }) => score),
  );
});

Deno.test("vectors that are too long for a projection are told in the status", async () => {
  const names = Array.from({ length: 4051 }, (_, i) => `S${i}`);
  await using host = await Host.start(
    configOf({ WIDE: `max_inputs = 20; profile { default = [${names}]; }` }),
  );
  await host.postLines("/v1/learn", LEARNED);
  assertEquals((await host.post("/v1/train", "")).json.trained, false);
  const { last_training, model } = await host.network({ rule: "WIDE" });
  assertEquals(model, null);
  assertEquals(last_training!.outcome, "failed");
  assertEquals(
    last_training!.reason,
    "max_inputs can reduce vectors of at most 4096 numbers, and these have 4097: do without it, or name fewer symbols",
  );
});
