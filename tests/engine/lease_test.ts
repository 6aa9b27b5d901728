import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  LockedError,
  LostLockError,
  withLock,
} from "../../lib/engine/lease.ts";
import { type Store, StoreError } from "../../lib/store/store.ts";
import { openSqliteStore } from "../../lib/store/sqlite/client.ts";
import { pause, until } from "../daemon/until.ts";

const SERIES = "series";
const NEVER = new AbortController().signal;

/** Runs a test over a store that is gone afterwards. */
async function withStore(run: (store: Store) => Promise<void>): Promise<void> {
  const store = await openSqliteStore(":memory:");
  try {
    await run(store);
  } finally {
    await store.close();
  }
}

Deno.test("the lock is held while the work lasts, and no longer", () =>
  withStore(async (store) => {
    const lease = { store, series: SERIES, holder: "me", expireSeconds: 0.3 };
    const result = await withLock(lease, NEVER, async (signal) => {
      // Longer than it would hold without being extended.
      for (let i = 0; i < 10; i++) {
        await pause(80);
        const other = await store.lock(SERIES, "other", 0.3);
        assertEquals(other?.holder, "me");
      }
      assertEquals(signal.aborted, false);
      return "done";
    });
    assertEquals(result, "done");
    assertEquals(await store.lock(SERIES, "other", 10), undefined);
  }));

Deno.test("a lock that is held elsewhere is not waited for", () =>
  withStore(async (store) => {
    await store.lock(SERIES, "other", 10);
    const lease = { store, series: SERIES, holder: "me", expireSeconds: 10 };
    const { message, other } = await assertRejects(
      () => withLock(lease, NEVER, () => Promise.resolve()),
      LockedError,
    );
    const isoTime = (seconds: number) => new Date(1000 * seconds).toISOString();
    assertEquals(
      message,
      `other holds the training lock since ${isoTime(other.at)}, until ` +
        `${isoTime(other.at + 10)} unless it is extended`,
    );
  }));

Deno.test("the work is told when the lock is lost", () =>
  withStore(async (store) => {
    const lease = { store, series: SERIES, holder: "me", expireSeconds: 0.3 };
    await withLock(lease, NEVER, async (signal) => {
      assertEquals(await store.lock(SERIES, "other", 0), undefined);
      await until("it is told", () => signal.aborted, 2000);
      assert(signal.reason instanceof LostLockError);
    });
    // The other's lock is left alone.
    assertEquals((await store.lock(SERIES, "me", 10))?.holder, "other");
  }));

Deno.test("the work is told when the store fails", async () => {
  const store = await openSqliteStore(":memory:");
  const lease = { store, series: SERIES, holder: "me", expireSeconds: 0.3 };
  const work = withLock(lease, NEVER, async (signal) => {
    await store.close();
    await until("it is told", () => signal.aborted, 2000);
    assert(signal.reason instanceof StoreError);
    assertStringIncludes(signal.reason.message, "the store is closed");
  });
  // The lock cannot be released either.
  await assertRejects(() => work, StoreError, "closed");
});

Deno.test("the work is told when all is to end", () =>
  withStore(async (store) => {
    const stop = new AbortController();
    const lease = { store, series: SERIES, holder: "me", expireSeconds: 10 };
    await withLock(lease, stop.signal, (signal) => {
      stop.abort();
      assert(signal.aborted);
      return Promise.resolve();
    });
  }));

Deno.test("the lock is released when the work fails", () =>
  withStore(async (store) => {
    const lease = { store, series: SERIES, holder: "me", expireSeconds: 10 };
    await assertRejects(
      () => withLock(lease, NEVER, () => Promise.reject(new TypeError("x"))),
      TypeError,
      "x",
    );
    assertEquals(await store.lock(SERIES, "other", 10), undefined);
  }));
