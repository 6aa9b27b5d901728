import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Host } from "../daemon/host.ts";

const FOLDER = new URL("../fixtures/rspamd-4.1.6/", import.meta.url);

interface RecordedScan {
  rules: { ZSCORE: { digest: string; output: number } };
}

Deno.test("a file of rspamd's is imported, and answers what rspamd answered", async () => {
  const scans: RecordedScan[] = Deno.readTextFileSync(
    new URL("scans.jsonl", FOLDER),
  ).trim().split("\n").map((line) => JSON.parse(line));
  const profiles: Record<string, string[]> = JSON.parse(
    Deno.readTextFileSync(new URL("profiles.json", FOLDER)),
  );
  const symbols = profiles[scans[0].rules.ZSCORE.digest];
  await using host = await Host.start(
    `rules { ZSCORE { profile { default = ${JSON.stringify(symbols)} } } }`,
  );
  // Nothing has been learned here to judge it by.
  const { status, json } = await host.ask(
    "/v1/models/import?rule=ZSCORE&force=true",
    {
      method: "POST",
      body: Deno.readFileSync(new URL("ZSCORE.rnm", FOLDER)),
    },
  );
  assertEquals([status, json.imported], [200, true], JSON.stringify(json));
  const answers = await host.postLines("/v1/score", scans);
  for (const [i, { results }] of answers.entries()) {
    const { output } = scans[i].rules.ZSCORE;
    assertAlmostEquals(results[0].output, output, 1e-6);
  }
  assert(answers.length === 60);
});
