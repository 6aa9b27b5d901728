import { assert, assertEquals, assertRejects } from "@std/assert";
import { openSqliteStore } from "../../../lib/store/sqlite/client.ts";
import type { Call, Outcome } from "../../../lib/store/sqlite/operations.ts";
import { CallQueue } from "../../../lib/store/sqlite/queue.ts";
import { queuedStore } from "../../../lib/store/sqlite/queued_store.ts";
import { type Store, StoreError } from "../../../lib/store/store.ts";
import { sample } from "../samples.ts";
import { inTemporaryFolder, openCore } from "./temporary.ts";

const SERIES = "series";
const STORE_URL = "sqlite:/a/path";

function storeOver(
  run: (calls: Call[]) => Outcome[] | Promise<Outcome[]>,
  timeoutMs = 10_000,
): Store {
  const queue = new CallQueue(run, { url: STORE_URL, timeoutMs });
  return queuedStore(STORE_URL, queue, () => Promise.resolve());
}

function succeed(calls: Call[]): Outcome[] {
  return calls.map(() => ({ value: true }));
}

Deno.test("1,000 samples at once take few commits", async () => {
  const core = openCore(":memory:");
  const batches: number[] = [];
  const store = storeOver((calls) => {
    batches.push(calls.length);
    return core.run(calls);
  });
  const outcomes = await Promise.all(
    Array.from(
      { length: 1_000 },
      (_, n) => store.addSamples(SERIES, [sample("ham", `${n}`)], 1_000),
    ),
  );
  assert(outcomes.every(([outcome]) => outcome === "added"));
  assert(batches.length <= 10, `${batches}`);
  core.close();
});

Deno.test("calls made while a batch is under way form the next one", async () => {
  const batches: Call[][] = [];
  const finish: (() => void)[] = [];
  const store = storeOver((calls) => {
    batches.push(calls);
    return new Promise((resolve) => finish.push(() => resolve(succeed(calls))));
  });
  const until = async (count: number) => {
    while (batches.length < count) await new Promise((r) => setTimeout(r, 1));
  };
  const first = store.unlock(SERIES, "1");
  await until(1);
  const others = [store.unlock(SERIES, "2"), store.unlock(SERIES, "3")];
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals(batches.length, 1);
  finish[0]();
  await first;
  await until(2);
  finish[1]();
  await Promise.all(others);
  assertEquals(
    batches.map((calls) => calls.map(({ args }) => args[1])),
    [["1"], ["2", "3"]],
  );
});

// With the sanitizers, since a timer left behind would keep a program alive.
Deno.test("each caller hears its own outcome", {
  sanitizeOps: true,
  sanitizeResources: true,
}, async () => {
  const store = storeOver((calls) =>
    calls.map(({ args }) =>
      args[1] === "bad" ? { failure: "of no use" } : { value: args[1] }
    )
  );
  const results = await Promise.allSettled(
    ["a", "bad", "b"].map((holder) => store.extendLock(SERIES, holder)),
  );
  assertEquals(
    results.map((result) =>
      result.status === "fulfilled" ? `${result.value}` : `${result.reason}`
    ),
    ["a", "StoreError: of no use", "b"],
  );
});

Deno.test("a batch that is lost fails its calls, and the next goes on", async () => {
  let isBroken = true;
  const store = storeOver((calls) => {
    if (isBroken) throw new Error("broken");
    return succeed(calls);
  });
  await assertRejects(() => store.check(), StoreError, `${STORE_URL}: broken`);
  isBroken = false;
  await store.check();
});

Deno.test("a call that takes too long is given up", async () => {
  let finish = () => {};
  const batches: Call[][] = [];
  const store = storeOver((calls) => {
    batches.push(calls);
    if (batches.length > 1) return succeed(calls);
    return new Promise((resolve) => finish = () => resolve(succeed(calls)));
  }, 50);
  const begin = Date.now();
  const underWay = assertRejects(
    () => store.unlock(SERIES, "1"),
    StoreError,
    "unlock was not answered within 50 ms and was perhaps not carried out",
  );
  await new Promise((resolve) => setTimeout(resolve, 20));
  const waiting = assertRejects(
    () => store.unlock(SERIES, "2"),
    StoreError,
    "was not carried out",
  );
  await Promise.all([underWay, waiting]);
  assert(Date.now() - begin < 2_000);
  finish();
  await store.unlock(SERIES, "3");
  // What was given up while it waited is not done later.
  assertEquals(
    batches.map((calls) => calls.map(({ args }) => args[1])),
    [["1"], ["3"]],
  );
});

Deno.test("closing waits for the calls made before", () =>
  inTemporaryFolder(async (folder) => {
    const store = await openSqliteStore(`${folder}/neurald.sqlite`);
    const adding = Array.from(
      { length: 600 },
      (_, n) => store.addSamples(SERIES, [sample("ham", `${n}`)], 1_000),
    );
    await store.close();
    const outcomes = await Promise.all(adding);
    assertEquals(outcomes.flat().filter((it) => it === "added").length, 600);
    const core = openCore(`${folder}/neurald.sqlite`);
    const [outcome] = core.run([{ name: "counts", args: [SERIES] }]);
    assert(JSON.stringify(outcome).includes('"ham":600'));
    core.close();
  }));
