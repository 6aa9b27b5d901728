import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { openModel } from "../../../lib/model/model.ts";
import { fromFields } from "../../../lib/model/stored_model.ts";
import { toSparse } from "../../../lib/nn/sparse.ts";
import { rspamdDump } from "./fixture.ts";
import { redisTest } from "./redis_test_case.ts";
import { withRedis } from "./rig.ts";

for (
  const [folder, dialect] of [["rspamd-3.4", 3], ["rspamd-4.1.6", 4]] as const
) {
  redisTest(
    `what ${folder} left is read: profiles and vectors`,
    () =>
      withRedis(dialect, async ({ store, redis }) => {
        const dump = rspamdDump(folder);
        await dump.restore((...args) => redis.ask(...args));
        const all = [...dump.values.keys()].filter((key) =>
          /^rn[23]_/.test(key)
        );
        const overviews = await store.overview(all);
        assert(overviews.every(({ isUsed }) => isUsed));
        for (const series of all) {
          const profiles = await store.profiles(series);
          assert(profiles.length > 0, series);
          assert(profiles.every(({ isAdopted }) => isAdopted));
          const { fresh } = await store.counts(series);
          assertEquals(overviews[all.indexOf(series)].counts.fresh, fresh);
          const samples = await store.samples(series);
          assertEquals(samples.ids.length, fresh.spam + fresh.ham, series);
          assertEquals((await store.counts(series)).quarantined, 0);
        }
      }),
  );
}

/** A scan with what rspamd's networks answered. */
interface RecordedScan {
  rules: Record<
    string,
    { key: string; vector: number[]; output?: number } | undefined
  >;
}

for (
  const [folder, plugin, metatokens, keys] of [
    ["rspamd-3.4", 2, 1, [
      "rn_default_default_gpboqmam_2",
      "rn_SHORT_default_gpboqmam_2",
    ]],
    ["rspamd-4.1.6", 3, 3, ["rn_ZSCORE_default_7akfayi5_1"]],
  ] as const
) {
  redisTest(
    `models that ${folder} left answer what they answered there`,
    () =>
      withRedis(plugin === 2 ? 3 : 4, async ({ store, redis }) => {
        const dump = rspamdDump(folder);
        await dump.restore((...args) => redis.ask(...args));
        const url = new URL(
          `../../fixtures/${folder}/scans.jsonl`,
          import.meta.url,
        );
        const lines = Deno.readTextFileSync(url).trim().split("\n");
        const scans: RecordedScan[] = lines.map((line) => JSON.parse(line));
        for (const key of keys) {
          const rule = key.split("_")[1];
          const series = `rn${plugin}_${rule}_${metatokens}_default`;
          const stored = (await store.profiles(series))
            .find(({ profile }) => profile.redis_key === key);
          assert(stored?.hasModel, key);
          const fields = await store.model(series, key);
          const model = openModel(
            fromFields(fields!, stored.profile, metatokens),
          );
          for (const { rules } of scans) {
            const recorded = rules[rule];
            assert(recorded?.key === key && recorded.output !== undefined);
            const output = model.predictor.output(toSparse(recorded.vector));
            assertAlmostEquals(output, recorded.output, 1e-6, key);
          }
        }
      }),
  );
}
