import { assert, assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../../lib/store/sqlite/database.ts";
import {
  APPLICATION_ID,
  MIGRATIONS,
} from "../../../lib/store/sqlite/schema.ts";
import { sampleDigest } from "../../../lib/store/sample_digest.ts";
import { StoreError } from "../../../lib/store/store.ts";
import { publication, sample, samples, wordsOf } from "../samples.ts";
import { ask, inTemporaryFolder, openCore } from "./temporary.ts";

const SERIES = "series";

/** Makes a store with one sample. */
function makeStore(path: string) {
  const core = openCore(path);
  ask(core, "addSamples", SERIES, samples("spam", "kept"), 10);
  core.close();
}

/** Makes a database of somebody else. */
function makeDatabase(path: string, sql: string) {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

function pragma(path: string, name: string): unknown {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database.prepare(`PRAGMA ${name}`).get()?.[name];
  } finally {
    database.close();
  }
}

/** Opening fails, says all of `expected`, and leaves everything as it is. */
function assertRefused(path: string, ...expected: string[]) {
  const folder = path.slice(0, path.lastIndexOf("/"));
  const before = [namesIn(folder), Deno.readFileSync(path)];
  const error = assertThrows(() => openDatabase(path), StoreError);
  for (const part of [`sqlite:${path}: `, ...expected]) {
    assert(error.message.includes(part), error.message);
  }
  assertEquals([namesIn(folder), Deno.readFileSync(path)], before);
}

Deno.test("a new file is its owner's only, and so are its folders", () =>
  inTemporaryFolder((folder) => {
    const path = `${folder}/new/folder/neurald.sqlite`;
    const core = openCore(path);
    ask(core, "check");
    if (Deno.build.os !== "windows") {
      const modes = [
        "",
        "/folder",
        ...["", "-wal", "-shm"].map((end) => `/folder/neurald.sqlite${end}`),
      ].map((name) => Deno.statSync(`${folder}/new${name}`).mode! & 0o777);
      assertEquals(modes, [0o700, 0o700, 0o600, 0o600, 0o600]);
    }
    core.close();
    assertEquals(namesIn(`${folder}/new/folder`), ["neurald.sqlite"]);
    assertEquals(pragma(path, "application_id"), APPLICATION_ID);
    assertEquals(pragma(path, "user_version"), MIGRATIONS.length);
    assertEquals(pragma(path, "journal_mode"), "wal");
  }));

Deno.test("what a store keeps is there when it is opened again", () =>
  inTemporaryFolder((folder) => {
    const path = `${folder}/a b%20?mode=ro#é.sqlite`;
    const core = openCore(path);
    ask(core, "addSamples", SERIES, samples("spam", "a b"), 10);
    ask(core, "lock", SERIES, "me", 60);
    ask(core, "publish", SERIES, "me", publication("key"));
    core.close();
    assertEquals(namesIn(folder), ["a b%20?mode=ro#é.sqlite"]);
    const again = openCore(path);
    assertEquals(wordsOf(ask(again, "samples", SERIES)), "a b");
    assertEquals(
      ask(again, "model", SERIES, "key"),
      publication("key").fields,
    );
    again.close();
  }));

Deno.test("ids are not used again after a restart", () =>
  inTemporaryFolder((folder) => {
    const path = `${folder}/neurald.sqlite`;
    makeStore(path);
    const core = openCore(path);
    const [id] = ask(core, "samples", SERIES).ids;
    ask(core, "quarantine", SERIES, [{ id, reason: "unreadable" }]);
    core.close();
    makeStore(path);
    const again = openCore(path);
    assert(ask(again, "samples", SERIES).ids[0] > id);
    again.close();
  }));

Deno.test("an empty file becomes a store", () =>
  inTemporaryFolder((folder) => {
    const path = `${folder}/neurald.sqlite`;
    Deno.writeTextFileSync(path, "");
    makeStore(path);
    assertEquals(pragma(path, "user_version"), MIGRATIONS.length);
  }));

Deno.test("a file that is not SQLite is refused", () =>
  inTemporaryFolder((folder) => {
    for (const size of [2, 50, 10_000]) {
      const path = `${folder}/${size}`;
      Deno.writeTextFileSync(path, "x".repeat(size));
      assertRefused(path, "not a SQLite database", "name another file");
    }
  }));

Deno.test("another application's database is refused", () =>
  inTemporaryFolder((folder) => {
    const contents = {
      table: "CREATE TABLE theirs (a)",
      id: "PRAGMA application_id = 77; PRAGMA user_version = 1",
      version: "PRAGMA user_version = 1",
      wal: "PRAGMA journal_mode = WAL; CREATE TABLE theirs (a)",
    };
    for (const [name, sql] of Object.entries(contents)) {
      const path = `${folder}/${name}`;
      makeDatabase(path, sql);
      assertRefused(path, "another application's", "name another file");
    }
  }));

Deno.test("a file of a newer version is refused", () =>
  inTemporaryFolder((folder) => {
    const path = `${folder}/neurald.sqlite`;
    makeStore(path);
    makeDatabase(path, "PRAGMA user_version = 99");
    assertRefused(path, "newer neurald", "99", "install the newer neurald");
  }));

Deno.test("a newer version is noticed while another process is at it", () =>
  inTemporaryFolder((folder) => {
    const path = `${folder}/neurald.sqlite`;
    makeStore(path);
    const newer = new DatabaseSync(path);
    // Only the write-ahead log says so yet.
    newer.exec("PRAGMA user_version = 99");
    assertThrows(() => openDatabase(path), StoreError, "newer neurald");
    newer.close();
  }));

Deno.test("a folder or a device is refused", () =>
  inTemporaryFolder((folder) => {
    assertThrows(() => openDatabase(folder), StoreError, "this is a folder");
    assertThrows(
      () => openDatabase("/dev/null"),
      StoreError,
      "not a regular file",
    );
  }));

Deno.test("a file that cannot be made says why", () =>
  inTemporaryFolder((folder) => {
    const path = `${folder}/file`;
    Deno.writeTextFileSync(path, "");
    assertThrows(
      () => openDatabase(`${path}/neurald.sqlite`),
      StoreError,
      "a part of its path is no folder",
    );
  }));

Deno.test("what may not be written is refused (root may write all)", {
  ignore: Deno.build.os === "windows" || Deno.uid() === 0,
}, () =>
  inTemporaryFolder((folder) => {
    const path = `${folder}/neurald.sqlite`;
    makeStore(path);
    const advice = "let the user that runs neurald";
    Deno.chmodSync(path, 0o400);
    assertThrows(() => openDatabase(path), StoreError, advice);
    Deno.chmodSync(path, 0o600);
    Deno.chmodSync(folder, 0o500);
    assertThrows(() => openDatabase(path), StoreError, advice);
    assertThrows(() => openDatabase(`${folder}/new`), StoreError, advice);
    Deno.chmodSync(folder, 0o700);
  }));

Deno.test("a file of an older version is migrated in order", () =>
  inTemporaryFolder((folder) => {
    const path = `${folder}/neurald.sqlite`;
    makeStore(path);
    const migrations = [
      ...MIGRATIONS,
      "CREATE TABLE second (a); INSERT INTO second VALUES (1)",
      "CREATE TABLE third AS SELECT a + 1 AS a FROM second",
    ];
    for (const path of [`${folder}/neurald.sqlite`, `${folder}/new`]) {
      const database = openDatabase(path, { migrations });
      assertEquals(database.prepare("SELECT a FROM third").get()?.a, 2);
      database.close();
      assertEquals(pragma(path, "user_version"), migrations.length);
    }
    const core = openCore(path, { migrations });
    assertEquals(wordsOf(ask(core, "samples", SERIES)), "kept");
    core.close();
    assertRefused(path, "newer neurald");
  }));

Deno.test("samples of version 1 are kept, and of unknown origin", () =>
  inTemporaryFolder((folder) => {
    const path = `${folder}/neurald.sqlite`;
    const before = openDatabase(path, { migrations: MIGRATIONS.slice(0, 1) });
    before.exec("INSERT INTO series (id, name) VALUES (7, 'series')");
    const insert = before.prepare(
      `INSERT INTO samples (series, is_spam, is_fresh, digest, features)
        VALUES (7, ?, ?, ?, ?)`,
    );
    const old = [sample("spam", "a"), sample("spam", "b"), sample("ham", "c")];
    for (const [i, { class: mailClass, features }] of old.entries()) {
      const isSpam = mailClass === "spam" ? 1 : 0;
      insert.run(isSpam, i === 0 ? 0 : 1, sampleDigest(features), features);
    }
    before.close();
    assertEquals(pragma(path, "user_version"), 1);

    const core = openCore(path, { now: () => 1_000 });
    assertEquals(ask(core, "counts", SERIES), {
      fresh: { spam: 1, ham: 1 },
      retained: { spam: 1, ham: 0 },
      quarantined: 0,
    });
    assertEquals(wordsOf(ask(core, "samples", SERIES)), "a b c");
    const automatic = { source: "auto", message: "m" } as const;
    assertEquals(
      ask(core, "addSamples", SERIES, [
        sample("spam", "a", automatic),
        sample("ham", "later", automatic),
        sample("spam", "b"),
        sample("ham", "b", { source: "auto" }),
      ], 10),
      ["known", "moved", "known", "overruled"],
    );
    const of = { class: "ham", fresh: true, samples: 1 } as const;
    const unknown = { oldest: undefined, newest: undefined };
    assertEquals(ask(core, "pool", SERIES), [
      { ...of, ...unknown, source: "unknown" },
      { ...of, source: "auto", oldest: 1_000, newest: 1_000 },
      { ...of, ...unknown, class: "spam", source: "hand" },
    ]);
    assertEquals(wordsOf(ask(core, "samples", SERIES)), "b c a");
    core.close();
    assertEquals(pragma(path, "user_version"), MIGRATIONS.length);
  }));

Deno.test("a migration that fails leaves the older version", () =>
  inTemporaryFolder((folder) => {
    const path = `${folder}/neurald.sqlite`;
    makeStore(path);
    const migrations = [
      ...MIGRATIONS,
      "DROP TABLE samples",
      "SELECT * FROM there_is_no_such_table",
    ];
    assertThrows(
      () => openDatabase(path, { migrations }),
      StoreError,
      "there_is_no_such_table",
    );
    const core = openCore(path);
    assertEquals(wordsOf(ask(core, "samples", SERIES)), "kept");
    core.close();
  }));

Deno.test("a file locked by another process is refused after a while", () =>
  inTemporaryFolder((folder) => {
    const path = `${folder}/neurald.sqlite`;
    makeStore(path);
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    const begin = Date.now();
    assertThrows(
      () => openDatabase(path, { busyTimeoutMs: 100 }),
      StoreError,
      "another process keeps the file locked",
    );
    assert(Date.now() - begin >= 90);
    other.close();
  }));

Deno.test("damage is reported where it is met, and spreads no further", () =>
  inTemporaryFolder((folder) => {
    const path = `${folder}/neurald.sqlite`;
    const words = Array.from({ length: 3_000 }, (_, n) => `${n}`).join(" ");
    const whole = openCore(path);
    ask(whole, "addSamples", SERIES, samples("spam", words), 10_000);
    ask(whole, "recordTraining", "other", "me", "{}");
    whole.close();
    const bytes = Deno.readFileSync(path);
    bytes.fill(0x5a, 40 * 4096, bytes.length - 8 * 4096);
    Deno.writeFileSync(path, bytes);

    const core = openCore(path);
    const error = assertThrows(() => ask(core, "samples", SERIES));
    assert(error.message.includes("the file is damaged"), error.message);
    assertEquals(ask(core, "trainings", "other", 1).length, 1);
    core.close();
  }));

Deno.test("a file that was cut off is reported as damaged", () =>
  inTemporaryFolder((folder) => {
    const path = `${folder}/neurald.sqlite`;
    makeStore(path);
    Deno.truncateSync(path, 3 * 4096);
    assertThrows(
      () => openDatabase(path),
      StoreError,
      "the file is damaged",
    );
  }));
