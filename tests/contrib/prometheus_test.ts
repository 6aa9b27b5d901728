import { assert, assertEquals } from "@std/assert";
import { Host } from "../daemon/host.ts";
import { until } from "../daemon/until.ts";
import { mail, mails } from "../engine/mail.ts";
import { hasPromtool, promtool } from "../metrics/promtool.ts";
import { type Scrape, scrape } from "../metrics/scrape.ts";
import { DASHBOARD, expressionsOf } from "./grafana.ts";

const FOLDER = new URL("../../contrib/prometheus/", import.meta.url);
const RULES = await read("neurald.rules.yml");
const TESTS = await read("neurald.rules.test.yml");
const TABLE = await read("README.md");

function read(name: string): Promise<string> {
  return Deno.readTextFile(new URL(name, FOLDER));
}

const CONFIG = `
  watch_interval = 1h;
  autolearn { enabled = true; spam_score = 10; ham_score = -5; }
  external_model { url = "http://127.0.0.1:1/x"; allow_private = true; }
  neurald { guards { site { condition = "!GUARDED"; } } }`;

/** What needs more than a test can do. */
const WITHOUT_SAMPLES = ["neurald_external_model_succeeded_timestamp_seconds"];

/** What a daemon tells that has learned, trained, scored and failed. */
async function figures(): Promise<Scrape> {
  await using host = await Host.start(CONFIG);
  await host.post("/v1/score", mail("spam", 1));
  await host.post("/v1/train", "");
  await host.postLines("/v1/learn", mails(40));
  const undecided = mail("spam", 50, { class: undefined, score: 20 });
  await host.post("/v1/learn", { ...undecided, symbols: { GUARDED: 1 } });
  assert((await host.post("/v1/train", "")).json.trained);
  await host.post("/v1/score", mail("spam", 1));
  await host.ask("/nowhere");
  return await until("the external model was looked for", async () => {
    const found = await scrape(host);
    const isTold = found.find("neurald_external_model_failing").length > 0;
    return isTold ? found : undefined;
  });
}

const FIGURES = await figures();

/** Names of metrics in some text, without what histograms add to them. */
function namesIn(text: string): string[] {
  const names = text.match(/\b(neurald|process)_[a-z_]+\b/g) ?? [];
  return [...new Set(names.map(familyOf))].sort();
}

function familyOf(name: string): string {
  const family = name.replace(/_(bucket|sum|count)$/, "");
  return FIGURES.families.get(family)?.type === "histogram" ? family : name;
}

/** The expressions of the alerts. */
function alertExpressions(): string {
  return [...RULES.matchAll(/^ {8}expr:(.*?)^ {8}(?:for|labels):/gms)]
    .map(([, expr]) => expr).join("\n");
}

Deno.test("what alerts and the dashboard ask for is there", () => {
  const alerts = namesIn(alertExpressions());
  const panels = namesIn(expressionsOf(DASHBOARD).join("\n"));
  assert(alerts.length > 15 && panels.length > 30);
  const known = [...FIGURES.families.keys()];
  assertEquals([...alerts, ...panels].filter((it) => !known.includes(it)), []);
  // The dashboard leaves nothing out.
  assertEquals(known.filter((name) => !panels.includes(name)), []);
});

Deno.test("every metric has samples, and stands in the table with its labels", () => {
  const rows = new Map(
    [...TABLE.matchAll(/^\| `(\w+)` +\| ([^|]*) \|/gm)].map(
      ([, name, labels]) => [
        name,
        [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label).sort(),
      ],
    ),
  );
  assertEquals([...rows.keys()].sort(), [...FIGURES.families.keys()].sort());
  for (const [name, { samples }] of FIGURES.families) {
    assertEquals(samples.length > 0, !WITHOUT_SAMPLES.includes(name), name);
    for (const { labels: { le: _, ...labels } } of samples) {
      assertEquals(Object.keys(labels).sort(), rows.get(name), name);
    }
  }
});

Deno.test("every alert says what it is, what to do, and is tested", () => {
  const alerts = RULES.split("- alert: ").slice(1);
  assert(alerts.length >= 15);
  for (const alert of alerts) {
    const [name] = alert.split("\n");
    for (const key of ["summary", "description", "action"]) {
      assert(alert.includes(`          ${key}: `), `${name} has no ${key}`);
    }
    assert(/severity: (page|ticket)\n/.test(alert), name);
    assert(TESTS.includes(`alertname="${name}"`), `${name} is not tested`);
  }
});

Deno.test({
  name: "promtool finds the alerts and the scrape right, and their tests pass",
  ignore: !hasPromtool,
  fn: async () => {
    const path = (name: string) => new URL(name, FOLDER).pathname;
    await promtool(["check", "rules", path("neurald.rules.yml")]);
    await promtool(["test", "rules", path("neurald.rules.test.yml")]);
    const folder = await Deno.makeTempDir();
    try {
      // Also with what it says of tokens and TLS.
      const config = (await read("scrape.yml"))
        .replaceAll("/etc/prometheus/", `${folder}/`);
      const secured = config.replaceAll(/^( *)# (?=\w+:| {2}\w+_file:)/gm, "$1")
        .replace("With tokens", "# With tokens");
      assert(secured.includes("\n    authorization:\n      credentials_file"));
      await Deno.writeTextFile(`${folder}/neurald.rules.yml`, RULES);
      await Deno.writeTextFile(`${folder}/neurald.token`, "x");
      await Deno.writeTextFile(`${folder}/neurald-ca.pem`, "");
      for (const text of [config, secured]) {
        await Deno.writeTextFile(`${folder}/prometheus.yml`, text);
        const file = `${folder}/prometheus.yml`;
        await promtool(["check", "config", "--syntax-only", file]);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
