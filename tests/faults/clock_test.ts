import { assert, assertEquals } from "@std/assert";
import { Engine } from "../../lib/engine/engine.ts";
import { lineLog } from "../../lib/log/line_log.ts";
import type { MailClass } from "../../lib/features/mail_class.ts";
import { parseScan } from "../../lib/features/scan.ts";
import { SqliteCore } from "../../lib/store/sqlite/core.ts";
import { openDatabase } from "../../lib/store/sqlite/database.ts";
import { inThreadStore } from "../../lib/store/sqlite/in_thread.ts";
import { configOf } from "../daemon/host.ts";
import { pause } from "../daemon/until.ts";
import { mail } from "../engine/mail.ts";

const YEAR_SECONDS = 365 * 86_400;
/** Ten years ahead, back to where it was, and ten years before. */
const JUMPS = [10, -10, -10, 10].map((years) => years * YEAR_SECONDS);

Deno.test("a clock that jumps loses no model and no sample, and training goes on", async () => {
  let at = 1.7e9;
  const now = () => at;
  const store = inThreadStore(
    new SqliteCore(openDatabase(":memory:"), "sqlite::memory:", now),
  );
  const errors: string[] = [];
  const engine = new Engine({
    config: configOf("watch_interval = 50ms; train { max_trains = 1000; }"),
    store,
    log: lineLog("error", (line) => errors.push(line)),
    holder: "me",
    now,
    random: () => 0.5,
    nextSeed: () => 1,
  });
  const versionOf = () =>
    engine.score(parseScan(mail("spam", 5000)))[0]?.version ?? 0;
  let taught = 0;
  const teach = async (ofEach: number) => {
    for (let i = 0; i < ofEach; i++, taught++) {
      const requests = (["spam", "ham"] as MailClass[]).map((mailClass) => ({
        scan: parseScan(mail(mailClass, taught)),
        class: mailClass,
      }));
      for (const answers of await engine.learn(requests)) {
        assert(Array.isArray(answers) && answers.every((it) => it.learned));
      }
    }
  };
  try {
    await engine.start();
    await teach(40);
    let version = 0;
    for (const seconds of [0, ...JUMPS]) {
      // Somebody was training when it jumped, and never came back.
      const [series] = await store.series();
      await store.lock(series, "somebody", 60);
      at += seconds;
      await pause(150);
      assertEquals(versionOf(), version);
      await store.unlock(series, "somebody");
      await teach(5);
      const [{ report, reason }] = await engine.train();
      assertEquals(report?.outcome, "published", reason ?? report?.reason);
      assert(versionOf() > version);
      version = versionOf();
      const { fresh, retained } = await store.counts(series);
      const kept = fresh.spam + fresh.ham + retained.spam + retained.ham;
      assertEquals(kept, 2 * taught);
    }
    assertEquals(errors, []);
  } finally {
    await engine.stop();
    await store.close();
  }
});
