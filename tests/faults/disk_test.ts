import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { StoreError } from "../../lib/store/store.ts";
import { Host } from "../daemon/host.ts";
import { until } from "../daemon/until.ts";
import { damage } from "./damage.ts";
import { scrape } from "../metrics/scrape.ts";
import { Disk } from "./disk.ts";
import { Witness } from "./witness.ts";

const CONFIG = "watch_interval = 100ms; train { max_trains = 1000; }";

Deno.test("a full disk stops learning, and nothing else, until there is space", async () => {
  await using disk = await Disk.make(8);
  if (!disk) return;
  const store = `${disk.path}/neurald.sqlite`;
  await using host = await Host.start(CONFIG, { store });
  const witness = await Witness.of(host);
  for (let i = 0; i < 2; i++) {
    await witness.endure({
      begin: () => disk.fill(),
      end: () => disk.free(),
      said: "there is no space left",
      reason: "full",
    });
  }
  await host.stop();
  await witness.checkKept(`sqlite:${store}`);
});

Deno.test("on a read-only disk a daemon does not start, and says why", async () => {
  await using disk = await Disk.make(8);
  if (!disk) return;
  const store = `${disk.path}/neurald.sqlite`;
  await using host = await Host.start(CONFIG, { store });
  const witness = await Witness.of(host);
  await witness.learn();
  await host.stop();
  await disk.allowWriting(false);
  const { message } = await assertRejects(() => host.restart(), StoreError);
  assertStringIncludes(
    message,
    "let the user that runs neurald read and write",
  );
  await disk.allowWriting(true);
  await host.restart();
  await witness.checkScoring();
  await host.stop();
  await witness.checkKept(`sqlite:${store}`);
});

Deno.test("a daemon whose file is damaged goes on with another one", async () => {
  await using host = await Host.start(CONFIG);
  const witness = await Witness.of(host);
  const path = host.path;
  damage(path);
  await until(
    "it is told",
    () =>
      host.log.some(({ level, fields }) =>
        level === "error" && String(fields.problem).includes("is kept as")
      ),
  );
  await witness.checkScoring();
  assertEquals((await witness.learn()).status, 200);
  assertEquals((await host.ask("/readyz")).status, 200);
  assert((await Deno.stat(`${path}.damaged-1`)).size > 4096);
  const figures = await scrape(host);
  assertEquals(figures.value("neurald_store_damaged_files_total"), 1);
  await host.stop();
});
