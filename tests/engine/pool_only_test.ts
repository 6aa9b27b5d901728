import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
} from "@std/assert";
import { decode } from "@msgpack/msgpack";
import { Layout } from "../../lib/features/layout.ts";
import type { MetatokenVersion } from "../../lib/features/metatokens.ts";
import { Host } from "../daemon/host.ts";
import { mails } from "./mail.ts";

/** What a real rspamd recorded of a message. */
interface RecordedScan {
  symbols: Record<string, { score: number; weight?: number }>;
  metatokens: number[];
  rules: { default: { digest: string; vector: number[] } };
}

/** rspamd inserted it after it had made the vector. */
const INSERTED_LATER = "AUTH_NA";

function fixture(folder: string, name: string): string {
  return Deno.readTextFileSync(
    new URL(`../fixtures/${folder}/${name}`, import.meta.url),
  );
}

for (
  const [folder, version] of [["rspamd-3.4", 1], ["rspamd-4.1.6", 3]] as [
    string,
    MetatokenVersion,
  ][]
) {
  Deno.test(`store_pool_only answers the vectors of ${folder}`, async () => {
    const profiles = JSON.parse(fixture(folder, "profiles.json"));
    const scans: RecordedScan[] = fixture(folder, "scans.jsonl").trim()
      .split("\n").map((line) => JSON.parse(line));
    const { digest } = scans[0].rules.default;
    const symbols: string[] = profiles[digest];
    const layout = new Layout(version, symbols);
    await using host = await Host.start(
      `train { store_pool_only = true; } profile { default = ${
        JSON.stringify(symbols)
      }; }`,
    );
    const answers = await host.postLines("/v1/learn", scans);
    for (const [i, { learned, reason, results }] of answers.entries()) {
      assertEquals(learned, false);
      assertEquals(
        reason,
        "store_pool_only: the vector is answered, not kept",
      );
      const [{ neural_profile_digest, neural_vec_mpack }] = results;
      assertEquals(neural_profile_digest, digest);
      const vector = decode(Uint8Array.fromBase64(neural_vec_mpack));
      const expected = scans[i].rules.default.vector;
      assert(Array.isArray(vector));
      assertEquals(vector.length, expected.length);
      for (const [k, x] of expected.entries()) {
        const name = layout.nameAt(k);
        if (name !== INSERTED_LATER) {
          assertAlmostEquals(vector[k], x, 1e-6, name);
        }
      }
    }
    assertEquals(
      host.sql((database) =>
        database.prepare("SELECT count(*) AS n FROM samples").get()?.n
      ),
      0,
    );
  });
}

Deno.test("store_pool_only without a profile answers no vector", async () => {
  await using host = await Host.start("train { store_pool_only = true; }");
  for (const answer of await host.postLines("/v1/learn", mails(5))) {
    assertEquals(answer.learned, false);
    assertStringIncludes(answer.reason, "and the class not followed");
    assertStringIncludes(answer.reason, "no profile");
    assertEquals(answer.results[0].neural_vec_mpack, undefined);
  }
});

Deno.test("store_set_only keeps samples, and trains only when it is told to", async () => {
  await using host = await Host.start(
    "watch_interval = 20ms; train { store_set_only = true; max_trains = 10; }",
  );
  await host.postLines("/v1/learn", mails(30));
  await new Promise((resolve) => setTimeout(resolve, 200));
  const { pool, last_training } = await host.network();
  assertEquals(pool?.fresh, { spam: 30, ham: 30 });
  assertEquals(last_training, null);
  assert((await host.post("/v1/train", "")).json.trained);
});
