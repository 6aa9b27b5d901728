import { assert, assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import {
  openSqliteStore,
  openWorkerStore,
} from "../../../lib/store/sqlite/client.ts";
import { type Store, StoreError } from "../../../lib/store/store.ts";
import { samples, wordsOf } from "../samples.ts";
import { inTemporaryFolder } from "./temporary.ts";

const SERIES = "series";

function openMisbehaving(
  behaviour: string,
  options = { timeoutMs: 200, openTimeoutMs: 10_000 },
): Promise<Store> {
  const url = new URL("./misbehaving_worker.ts", import.meta.url);
  const worker = new Worker(url, { type: "module", name: behaviour });
  return openWorkerStore(worker, "/a/path", options);
}

for (const behaviour of ["throws", "rejects"]) {
  Deno.test(`a worker that ${behaviour} fails all calls, and no more`, async () => {
    const store = await openMisbehaving(behaviour, {
      timeoutMs: 10_000,
      openTimeoutMs: 10_000,
    });
    const begin = Date.now();
    const results = await Promise.allSettled([
      store.check(),
      store.counts(SERIES),
      store.addSamples(SERIES, samples("spam", "a"), 10),
    ]);
    for (const result of results) {
      assert(result.status === "rejected");
      assert(result.reason instanceof StoreError);
      assert(result.reason.message.includes("out of order"));
      assert(result.reason.message.startsWith("sqlite:/a/path: "));
    }
    await assertRejects(() => store.check(), StoreError, "restart neurald");
    const reason = await store.ended;
    assert(reason?.message.includes("out of order"), reason?.message);
    await assertRejects(() => store.close(), StoreError, "out of order");
    assert(Date.now() - begin < 5_000);
  });
}

for (const behaviour of ["is silent", "ends"]) {
  Deno.test(`a worker that ${behaviour} makes calls time out`, async () => {
    const store = await openMisbehaving(behaviour);
    await assertRejects(() => store.check(), StoreError, "within 200 ms");
    await assertRejects(() => store.check(), StoreError, "within 200 ms");
    await assertRejects(() => store.close(), StoreError, "still at work");
    await assertRejects(() => store.check(), StoreError, "closed");
  });
}

Deno.test("closing takes no longer than it may", async () => {
  const store = await openMisbehaving("is silent", {
    timeoutMs: 60_000,
    openTimeoutMs: 10_000,
  });
  const begin = Date.now();
  const calls = [
    assertRejects(() => store.check(), StoreError, "longer than 200 ms"),
    assertRejects(() => store.close(200), StoreError, "longer than 200 ms"),
  ];
  await Promise.all(calls);
  assert(Date.now() - begin < 5_000);
});

Deno.test("a worker that never opens is given up", () =>
  assertRejects(
    () => openMisbehaving("never opens", { timeoutMs: 1, openTimeoutMs: 200 }),
    StoreError,
    "did not answer within 200 ms",
  ).then(() => {}));

Deno.test("a worker that cannot be loaded fails the opening", async () => {
  const url = new URL("./there_is_no_such_worker.js", import.meta.url);
  await assertRejects(
    () => openWorkerStore(new Worker(url, { type: "module" }), "/a/path"),
    StoreError,
    "restart neurald",
  );
});

Deno.test("what is wrong with the file reaches the caller", () =>
  inTemporaryFolder(async (folder) => {
    await assertRejects(
      () => openSqliteStore(folder),
      StoreError,
      `sqlite:${folder}: this is a folder`,
    );
  }));

Deno.test("waiting for the disk does not stop the caller's thread", () =>
  inTemporaryFolder(async (folder) => {
    const path = `${folder}/neurald.sqlite`;
    const store = await openSqliteStore(path);
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    let isAdded = false;
    const adding = store.addSamples(SERIES, samples("spam", "a"), 10)
      .then(() => isAdded = true);
    let turns = 0;
    for (const end = Date.now() + 200; Date.now() < end; turns++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assert(turns > 20, `${turns} turns`);
    assertEquals(isAdded, false);
    other.exec("ROLLBACK");
    other.close();
    await adding;
    assertEquals(wordsOf(await store.samples(SERIES)), "a");
    await store.close();
  }));

Deno.test("a locked file fails the call with a reason", () =>
  inTemporaryFolder(async (folder) => {
    const path = `${folder}/neurald.sqlite`;
    const store = await openSqliteStore(path, { busyTimeoutMs: 50 });
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    await assertRejects(
      () => store.check(),
      StoreError,
      "another process keeps the file locked",
    );
    other.close();
    await store.check();
    await store.close();
  }));
