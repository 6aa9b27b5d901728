import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { SqliteCore } from "../../../lib/store/sqlite/core.ts";
import { openDatabase, urlOf } from "../../../lib/store/sqlite/database.ts";
import type { Call } from "../../../lib/store/sqlite/operations.ts";
import { publication, sample, samples, wordsOf } from "../samples.ts";
import { ask, inTemporaryFolder, openCore } from "./temporary.ts";

const SERIES = "series";
const PAGE_BYTES = 4096;

/** A call that SQLite refuses: a limit has to be a whole number. */
const FAILING: Call = { name: "trainings", args: [SERIES, 0.5] };

function adding(...words: string[]): Call {
  return {
    name: "addSamples",
    args: [SERIES, words.map((word) => sample("spam", word)), 1_000],
  };
}

let serial = 0;

/** Adds a sample of a size that nobody else has. */
function addingBytes(count: number): Call {
  const features = new Uint8Array(count);
  new DataView(features.buffer).setUint32(0, serial++);
  return {
    name: "addSamples",
    args: [SERIES, [{ class: "spam", source: "auto", features }], 1e6],
  };
}

Deno.test("a lock is respected until it expires", () => {
  let now = 1_000;
  const core = openCore(":memory:", { now: () => now });
  assertEquals(ask(core, "lock", SERIES, "me", 60), undefined);
  now += 59.9;
  assertEquals(ask(core, "lock", SERIES, "you", 60), {
    holder: "me",
    at: 1_000,
  });
  assertEquals(ask(core, "extendLock", SERIES, "me"), true);
  now += 59.9;
  assertEquals(ask(core, "lock", SERIES, "you", 60)?.at, 1_059.9);
  now += 0.1;
  assertEquals(ask(core, "lock", SERIES, "you", 60), undefined);
  assertEquals(ask(core, "extendLock", SERIES, "me"), false);
  core.close();
});

Deno.test("an expired lock is its holder's until somebody takes it", () => {
  let now = 1_000;
  const core = openCore(":memory:", { now: () => now });
  ask(core, "lock", SERIES, "me", 60);
  now += 3_600;
  assertEquals(ask(core, "extendLock", SERIES, "me"), true);
  now += 3_600;
  assertEquals(
    ask(core, "publish", SERIES, "me", publication("key")),
    true,
  );
  core.close();
});

Deno.test("a lock from the future is not respected", () => {
  let now = 1_000;
  const core = openCore(":memory:", { now: () => now });
  ask(core, "lock", SERIES, "me", 60);
  now -= 1;
  assertEquals(ask(core, "lock", SERIES, "you", 60), undefined);
  assertEquals(ask(core, "lock", SERIES, "me", 60)?.holder, "you");
  core.close();
});

Deno.test("a new day has all of its limit, and the old one is dropped", () => {
  const reservation = {
    prefix: "neural_autolearn",
    class: "spam",
    wanted: 2,
    limit: 3,
  } as const;
  let now = 0;
  const database = openDatabase(":memory:");
  const core = new SqliteCore(database, "sqlite:", () => now);
  const reserve = () => ask(core, "reserve", SERIES, reservation);
  for (let day = 0; day < 10; day++) {
    now = day * 86_400;
    assertEquals(reserve(), 2);
    now += 86_399;
    assertEquals([reserve(), reserve()], [1, 0]);
    const { rows } = database
      .prepare("SELECT count(*) AS rows FROM reservations").get()!;
    assertEquals(rows, 1);
  }
  core.close();
});

Deno.test("a call that fails leaves the others of its batch alone", () => {
  const core = openCore(":memory:");
  const outcomes = core.run([adding("a"), FAILING, adding("b", "a")]);
  assertEquals(outcomes[0], { value: ["added"] });
  assert("failure" in outcomes[1]);
  assert(outcomes[1].failure.includes("sqlite::memory:: "));
  assertEquals(outcomes[2], { value: ["added", "known"] });
  assertEquals(wordsOf(ask(core, "samples", SERIES)), "a b");
  core.close();
});

Deno.test("a publication that fails halfway changes nothing", () => {
  const core = openCore(":memory:");
  ask(core, "addSamples", SERIES, samples("spam", "a b"), 10);
  ask(core, "lock", SERIES, "me", 60);
  const { ids } = ask(core, "samples", SERIES);
  const spoiled = publication("key", {
    settlement: { upTo: ids[1], retain: 0 },
    record: null as unknown as string,
  });
  const [outcome] = core.run([
    { name: "publish", args: [SERIES, "me", spoiled] },
  ]);
  assert("failure" in outcome);
  assertEquals(ask(core, "profiles", SERIES), []);
  assertEquals(ask(core, "model", SERIES, "key"), undefined);
  assertEquals(ask(core, "counts", SERIES).fresh.spam, 2);
  assertEquals(ask(core, "extendLock", SERIES, "me"), true);
  core.close();
});

Deno.test("a call that loses the transaction does not take others along", () => {
  const database = openDatabase(":memory:");
  database.exec(`CREATE TEMP TRIGGER poison BEFORE INSERT ON samples
    WHEN new.features = CAST('poison' AS BLOB)
    BEGIN SELECT RAISE(ROLLBACK, 'all is lost'); END`);
  const core = new SqliteCore(database, "sqlite:");
  assertEquals(
    core.run([adding("a"), adding("b", "poison"), adding("c")]),
    [
      { value: ["added"] },
      { failure: "sqlite:: all is lost" },
      { value: ["added"] },
    ],
  );
  assertEquals(wordsOf(ask(core, "samples", SERIES)), "a c");
  core.close();
});

Deno.test("a full disk fails what needs space, and nothing else", () =>
  inTemporaryFolder((folder) => {
    const path = `${folder}/neurald.sqlite`;
    const database = openDatabase(path);
    database.exec("PRAGMA max_page_count = 60");
    const core = new SqliteCore(database, urlOf(path));
    const outcomes = core.run([
      adding("before"),
      addingBytes(100 * PAGE_BYTES),
      adding("after"),
    ]);
    assertEquals(outcomes[0], { value: ["added"] });
    assert("failure" in outcomes[1]);
    assert(outcomes[1].failure.includes("there is no space left"));
    assertEquals(outcomes[2], { value: ["added"] });
    assertEquals(wordsOf(ask(core, "samples", SERIES)), "before after");

    let failures = 0;
    for (let round = 0; round < 100; round++) {
      const [outcome] = core.run([addingBytes(PAGE_BYTES)]);
      if ("failure" in outcome) failures++;
    }
    const kept = ask(core, "samples", SERIES);
    assertEquals(kept.ids.length, 2 + 100 - failures);
    assertEquals(ask(core, "counts", SERIES).fresh.spam, kept.ids.length);
    assert(failures > 0);
    // What makes room still works.
    ask(core, "quarantine", SERIES, []);
    ask(core, "lock", SERIES, "me", 60);
    ask(core, "recordTraining", SERIES, "me", "{}", { upTo: 1e9, retain: 1 });
    assertEquals(core.run([addingBytes(PAGE_BYTES)]), [{ value: ["added"] }]);
    core.close();
  }));

Deno.test("a check notices that the store cannot be written", () =>
  inTemporaryFolder((folder) => {
    const path = `${folder}/neurald.sqlite`;
    const core = openCore(path, { busyTimeoutMs: 50 });
    ask(core, "check");
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    const [outcome] = core.run([{ name: "check", args: [] }]);
    assert("failure" in outcome);
    assert(outcome.failure.includes("another process"), outcome.failure);
    // Reading goes on, from what was there before.
    other.exec("DELETE FROM health");
    assertEquals(ask(core, "counts", SERIES).fresh.spam, 0);
    other.close();
    ask(core, "check");
    core.close();
  }));

for (const end of ["", "-wal", "-shm"]) {
  Deno.test(`nothing is written when neurald.sqlite${end} is not where it was`, () =>
    inTemporaryFolder((folder) => {
      const path = `${folder}/neurald.sqlite`;
      const core = openCore(path);
      ask(core, "check");
      const file = path + end;
      const changes: [what: string, change: () => void][] = [
        ["moved", () => Deno.renameSync(file, `${path}.moved`)],
        ["replaced", () => Deno.writeTextFileSync(file, "")],
        ["removed", () => Deno.removeSync(file)],
      ];
      for (const [what, change] of changes) {
        change();
        const calls: Call[] = [{ name: "check", args: [] }, adding("lost")];
        for (const outcome of [...core.run(calls), ...core.run([calls[1]])]) {
          assert("failure" in outcome, what);
          assert(outcome.failure.includes(`${file} was moved`), what);
          assert(outcome.failure.includes("(-wal, -shm)"), outcome.failure);
        }
      }
      Deno.renameSync(`${path}.moved`, file);
      ask(core, "check");
      assertEquals(ask(core, "counts", SERIES).fresh.spam, 0);
      core.close();
    }));
}

Deno.test("a profile that cannot be read is passed over, and dropped in time", () =>
  inTemporaryFolder((folder) => {
    const path = `${folder}/neurald.sqlite`;
    const core = openCore(path);
    for (const key of ["damaged", "another thing", "whole"]) {
      ask(core, "lock", SERIES, "me", 60);
      assert(ask(core, "publish", SERIES, "me", publication(key)));
    }
    const database = new DatabaseSync(path);
    database.exec(`
      UPDATE profiles SET record = substr(record, 1, 20) WHERE key = 'damaged';
      UPDATE profiles SET record = '[1]' WHERE key = 'another thing';`);
    const profiles = ask(core, "profiles", SERIES);
    assertEquals(profiles.map(({ profile }) => profile.redis_key), ["whole"]);
    const options = {
      keep: 1,
      unusedSeconds: Infinity,
      serving: "another thing",
    };
    assertEquals(ask(core, "prune", SERIES, options), []);
    const keys = database.prepare("SELECT key FROM profiles ORDER BY id").all();
    database.close();
    assertEquals(keys.map(({ key }) => key), ["another thing", "whole"]);
    core.close();
  }));

Deno.test("a batch waits once for another process, not for every call", () =>
  inTemporaryFolder((folder) => {
    const path = `${folder}/neurald.sqlite`;
    const core = openCore(path, { busyTimeoutMs: 100 });
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    const begin = Date.now();
    const outcomes = core.run(Array.from({ length: 50 }, () => adding("a")));
    assert(outcomes.every((outcome) => "failure" in outcome));
    assert(Date.now() - begin < 2_000);
    other.close();
    core.close();
  }));

Deno.test("the write-ahead log does not grow without bound", () =>
  inTemporaryFolder((folder) => {
    const path = `${folder}/neurald.sqlite`;
    const core = openCore(path);
    core.run([addingBytes(30_000_000)]);
    for (let round = 0; round < 50; round++) {
      core.run([addingBytes(100 * PAGE_BYTES)]);
    }
    const bytes = Deno.statSync(`${path}-wal`).size;
    assert(bytes <= 17 * 1024 * 1024, `${bytes} bytes`);
    core.close();
  }));

Deno.test("counting 40,000 samples takes no time", () => {
  const core = openCore(":memory:");
  for (let batch = 0; batch < 40; batch++) {
    const words = Array.from({ length: 1_000 }, (_, n) => `${batch} ${n}`);
    ask(
      core,
      "addSamples",
      SERIES,
      words.map((word) => sample("ham", word)),
      1e6,
    );
  }
  const begin = performance.now();
  for (let round = 0; round < 1_000; round++) ask(core, "counts", SERIES);
  const elapsedMs = performance.now() - begin;
  assertEquals(ask(core, "counts", SERIES).fresh.ham, 40_000);
  // Counting row by row would take some 2,000 ms.
  assert(elapsedMs < 500, `${elapsedMs} ms`);
  core.close();
});

Deno.test("what is asked often is found by an index", () => {
  const database = openDatabase(":memory:");
  const plans = [
    "SELECT id FROM samples WHERE series = 1 ORDER BY id",
    `SELECT id FROM samples WHERE series = 1 AND is_spam = 1
      ORDER BY is_fresh, id LIMIT 1`,
    "SELECT count(*) FROM quarantine WHERE series = 1",
    "SELECT id FROM trainings WHERE series = 1 ORDER BY id DESC LIMIT 1",
  ].flatMap((sql) => database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all());
  for (const { detail } of plans) {
    assert(/^SEARCH .* INDEX/.test(String(detail)), String(detail));
  }
  database.close();
});
