import { assertEquals, assertRejects } from "@std/assert";
import { textOf } from "../../lib/metrics/exposition.ts";
import { storeErrorKind } from "../../lib/store/error_kind.ts";
import { openStore } from "../../lib/store/open.ts";
import { StoreError } from "../../lib/store/store.ts";
import { StoreFigures } from "../../lib/store/store_figures.ts";
import { watchedStore } from "../../lib/store/watched_store.ts";
import { Scrape } from "../metrics/scrape.ts";

const SERIES = "rn3_default_3_default";
const OPERATIONS = "neurald_store_operation_duration_seconds_count";

Deno.test("a store that is measured answers as before, and says what it did", async () => {
  const figures = new StoreFigures();
  const plain = await openStore("sqlite::memory:");
  const store = watchedStore(plain, (event) => figures.observe(event));
  assertEquals([store.url, store.pluginVersion], [plain.url, 3]);
  assertEquals([store.followRspamd, store.ended], [undefined, plain.ended]);
  const features = new Uint8Array([1]);
  for (const expected of ["added", "known"]) {
    const [outcome] = await store
      .addSamples(SERIES, [{ class: "spam", features, source: "hand" }], 10);
    assertEquals(outcome, expected);
  }
  await store.close();
  await assertRejects(() => store.counts(SERIES), StoreError, "closed");
  const found = new Scrape(await textOf(figures.families()));
  assertEquals(found.value(OPERATIONS), 3);
  assertEquals(found.value(OPERATIONS, { operation: "add_samples" }), 2);
  assertEquals(found.value("neurald_store_errors_total"), 1);
  assertEquals(
    found.value("neurald_store_errors_total", { reason: "other" }),
    1,
  );
});

/** What is really said, and what kind that is. */
const SAID: Record<string, string> = {
  "sqlite:/x: there is no space left; free some on its disk": "full",
  "redis://x: it has no memory left (OOM): raise its maxmemory":
    "out_of_memory",
  "redis://x: it is a replica, which takes no writes (READONLY): name it":
    "not_writable",
  "sqlite:/x: the file cannot be opened and written; let the user":
    "not_writable",
  "sqlite:/x: the file is damaged; restore a copy": "damaged",
  "sqlite:/x: another process keeps the file locked; stop it": "locked",
  "sqlite:/x: counts was not answered within 10000 ms and was not carried out":
    "timeout",
  "redis://x: it did not answer within 1000 ms": "timeout",
  "redis://x: it refuses connections: is it running?": "unreachable",
  "redis://x: it closed the connection": "unreachable",
  "redis://x: its cluster is down (CLUSTERDOWN), or a part of it":
    "unreachable",
  "sqlite:/x: the thread of the store has ended (it was closed)": "other",
};

Deno.test("errors of stores are of few kinds", () => {
  assertEquals(
    Object.keys(SAID).map((said) => storeErrorKind(new StoreError(said))),
    Object.values(SAID),
  );
});
