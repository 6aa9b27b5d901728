import { assert, assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { remarksOnFile } from "../../../lib/cli/doctor/checks/sqlite_store.ts";
import type { FileFacts } from "../../../lib/store/sqlite/facts.ts";
import { Disk } from "../../faults/disk.ts";
import { trainedHost } from "../../daemon/trained_host.ts";
import { DaemonProcess } from "../../daemon/process.ts";
import { mails } from "../../engine/mail.ts";
import { samples } from "../../store/samples.ts";
import { ask, openCore } from "../../store/sqlite/temporary.ts";
import { inFolder } from "../neurald.ts";
import {
  assertFound,
  assertHealthy,
  diagnosed,
  type Expected,
} from "./diagnosed.ts";

const PAGE_BYTES = 4096;
const SERIES = "rn3_default_3_default";

/** Makes a store of many pages. */
function makeStore(path: string): void {
  const words = Array.from({ length: 3_000 }, (_, n) => `${n}`).join(" ");
  const core = openCore(path);
  ask(core, "addSamples", SERIES, samples("spam", words), 10_000);
  core.close();
}

function sql(path: string, statement: string): void {
  const database = new DatabaseSync(path);
  database.exec(statement);
  database.close();
}

/** Everything in a folder: names, bytes and times. */
function contentOf(folder: string): unknown[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => {
    const path = `${folder}/${name}`;
    const { mtime, uid, mode, ino } = Deno.statSync(path);
    // A connection notes in it how far it reads; no other file may change.
    const bytes = name.endsWith("-shm") ? "" : Deno.readFileSync(path).toHex();
    const time = name.endsWith("-shm") ? 0 : mtime!.getTime();
    return [name, bytes, time, uid, mode, ino].join();
  }).sort();
}

/** Stores with which something is wrong, and what the doctor says. */
const BROKEN: [
  name: string,
  harm: (path: string) => void,
  expected: Expected,
][] = [
  ["damaged inside", (path) => {
    const bytes = Deno.readFileSync(path);
    bytes.fill(0x5a, 40 * PAGE_BYTES, bytes.length - 8 * PAGE_BYTES);
    Deno.writeFileSync(path, bytes);
  }, {
    check: "store",
    level: "error",
    message: /damaged/,
    fix: /restore a copy of .*neurald\.sqlite/,
  }],
  ["cut off", (path) => Deno.truncateSync(path, 3 * PAGE_BYTES), {
    check: "store",
    level: "error",
    message: /damaged/,
    fix: /restore a copy/,
  }],
  ["of a newer version", (path) => sql(path, "PRAGMA user_version = 99"), {
    check: "store",
    level: "error",
    message: /newer neurald \(its version is 99/,
    fix: /install the newer neurald again/,
  }],
  ["of another application", (path) => {
    Deno.removeSync(path);
    sql(path, "CREATE TABLE mine (a)");
  }, {
    check: "store",
    level: "error",
    message: /another application/,
    fix: /--store sqlite:PATH/,
  }],
  ["no database", (path) => Deno.writeTextFileSync(path, "x".repeat(5000)), {
    check: "store",
    level: "error",
    message: /not a (SQLite )?database/,
    fix: /--store sqlite:PATH/,
  }],
  ["a folder", (path) => {
    Deno.removeSync(path);
    Deno.mkdirSync(path);
  }, {
    check: "store",
    level: "error",
    message: /no regular file/,
    fix: /--store sqlite:PATH/,
  }],
  ["readable for all", (path) => Deno.chmodSync(path, 0o644), {
    check: "permissions",
    level: "warning",
    message: /others than its owner may use it/,
    fix: /^chmod 600 .*neurald\.sqlite$/,
  }],
  [
    "with times in the future",
    (path) => sql(path, "UPDATE samples SET at = 5000000000"),
    {
      check: "clock",
      level: "warning",
      message: /up to 2128-06-11T08:53:20Z, which is in the future/,
      fix: /timedatectl/,
    },
  ],
  ["with one class only", () => {}, {
    check: "pools",
    level: "warning",
    message: /only learned spam, and cannot train without ham/,
    fix: /neurald learn --ham PATH/,
  }],
  ["with samples set aside", (path) => {
    const core = openCore(path);
    const { ids } = ask(core, "samples", SERIES);
    const entries = [...ids].slice(0, 3)
      .map((id) => ({ id, reason: "46 numbers \x1b[31m" }));
    ask(core, "quarantine", SERIES, entries);
    core.close();
  }, {
    check: "pools",
    level: "note",
    message: /^set aside, .*: 3 \(3 × 46 numbers \?\[31m\)$/,
  }],
  ["with a lock that was left", (path) =>
    sql(
      path,
      `INSERT INTO locks SELECT id, 'mx1:7', ${Date.now() / 1000 - 7200}
        FROM series`,
    ), {
    check: "locks",
    level: "note",
    message: /^mx1:7 took .*\(2 hours ago\), and never released it/,
  }],
  ["with a training that failed", (path) => {
    const core = openCore(path);
    const record = { outcome: "failed", reason: "the worker died", seed: 1 };
    ask(core, "recordTraining", SERIES, "mx1", JSON.stringify(record));
    core.close();
  }, {
    check: "pools",
    level: "warning",
    message: /^the last training failed \(just now\): the worker died$/,
    fix: /journalctl -u neurald/,
  }],
  ["with a model that cannot be used", (path) =>
    sql(
      path,
      `INSERT INTO profiles (series, key, record, used_at) SELECT id, 'k',
        '{"digest":"d","symbols":["A"],"version":1,"redis_key":"k"}', 1
        FROM series;
      INSERT INTO model_fields SELECT id, 'ann', x'00' FROM profiles`,
    ), {
    check: "models",
    level: "warning",
    message: /a stored model cannot be used: k: /,
    fix: /neurald models delete/,
  }],
];

for (const [name, harm, expected] of BROKEN) {
  Deno.test(`a SQLite store ${name} is found, and left as it is`, () =>
    inFolder(async (folder) => {
      const path = `${folder}/neurald.sqlite`;
      makeStore(path);
      harm(path);
      const isFile = Deno.statSync(path).isFile;
      const before = isFile ? contentOf(folder) : [];
      assertFound(await diagnosed({ store: `sqlite:${path}` }), expected);
      if (isFile) assertEquals(contentOf(folder), before);
    }));
}

Deno.test("a store of an older version is not upgraded", () =>
  inFolder(async (folder) => {
    const path = `${folder}/neurald.sqlite`;
    makeStore(path);
    sql(path, "PRAGMA user_version = 1");
    const before = contentOf(folder);
    assertFound(await diagnosed({ store: `sqlite:${path}` }), {
      check: "store",
      level: "note",
      message: /of version 1; neurald serve brings it to version 2/,
      fix: /^cp .*neurald\.sqlite .*\.version-1,/,
    });
    assertEquals(contentOf(folder), before);
  }));

Deno.test("when the next training comes is told by the pace until now", () =>
  inFolder(async (folder) => {
    const path = `${folder}/neurald.sqlite`;
    const words = (count: number, from: number) =>
      Array.from({ length: count }, (_, n) => `${from + n}`).join(" ");
    const core = openCore(path);
    ask(core, "addSamples", SERIES, samples("spam", words(100, 0)), 1000);
    ask(core, "addSamples", SERIES, samples("ham", words(50, 100)), 1000);
    core.close();
    const store = `sqlite:${path}`;
    const needed = "needs 900 spam and 950 ham more";
    assertFound(await diagnosed({ store }), {
      check: "pools",
      level: "ok",
      message: new RegExp(`${needed}$`),
    });
    // 10 ham a day.
    const at = Math.floor(Date.now() / 1000) - 5 * 86_400;
    sql(path, `UPDATE samples SET at = ${at}`);
    assertFound(await diagnosed({ store }), {
      check: "pools",
      level: "ok",
      message: new RegExp(`${needed}, at this pace in (95|96) days$`),
    });
  }));

Deno.test("where there is no store yet, none is made", () =>
  inFolder(async (folder) => {
    const store = `sqlite:${folder}/state/neurald.sqlite`;
    const report = await diagnosed({ store });
    assertHealthy(report);
    assertFound(report, {
      check: "models",
      level: "note",
      message: /nothing was learned yet/,
      fix: /^neurald learn --spam/,
    });
    assertEquals([...Deno.readDirSync(folder)], []);
  }));

Deno.test("a trained daemon's store is healthy, while it runs and after", async () => {
  await using host = await trainedHost();
  const folder = host.path.replace(/\/[^/]*$/, "");
  const store = `sqlite:${host.path}`;
  const listen = new URL(host.url).host;
  const running = await diagnosed({ store, listen });
  assertHealthy(running);
  assertFound(running, {
    check: "address",
    level: "ok",
    message: /^neurald \S+ answers, and is ready$/,
  });
  await host.stop();
  const before = contentOf(folder);
  const stopped = await diagnosed({ store, listen });
  assertHealthy(stopped);
  assertFound(stopped, { check: "address", level: "ok", message: /is free/ });
  for (const report of [running, stopped]) {
    assertFound(report, {
      check: "models",
      level: "ok",
      message:
        /^version 1, trained, just now, \d+ spam, \d+ ham, AUC [01]\.\d{4}, /,
    });
    assertFound(report, {
      check: "pools",
      level: "ok",
      message: /retained spam.*the next training needs \d+ spam and \d+ ham/,
    });
  }
  assertEquals(contentOf(folder), before);
  assertEquals(before.length, 1);
});

Deno.test("what a killed daemon left is looked at, and stays for the next", () =>
  inFolder(async (folder) => {
    const path = `${folder}/neurald.sqlite`;
    await using server = await DaemonProcess.start({ store: path });
    const lines = mails(5).map((mail) => JSON.stringify(mail));
    await server.ask("/v1/learn", lines.join("\n"));
    await server.end("SIGKILL");
    const before = contentOf(folder);
    assertEquals(before.length, 3);
    const report = await diagnosed({ store: `sqlite:${path}` });
    assertHealthy(report);
    assertFound(report, { check: "pools", level: "ok", message: /5 fresh/ });
    assertEquals(contentOf(folder), before);
  }));

Deno.test("a disk that is full, or read-only, is found", async () => {
  await using disk = await Disk.make(8);
  if (!disk) return;
  const path = `${disk.path}/neurald.sqlite`;
  makeStore(path);
  disk.fill();
  const store = `sqlite:${path}`;
  assertFound(await diagnosed({ store }), {
    check: "store",
    level: "error",
    message: /are free on the disk of/,
    fix: /^free some: du /,
  });
  disk.free();
  await disk.allowWriting(false);
  assertFound(await diagnosed({ store }), {
    check: "store",
    level: "error",
    message: /cannot be written|may not write it/,
    fix: /./,
  });
});

const isRoot = Deno.build.os === "linux" && Deno.uid() === 0;

Deno.test({
  name: "a file of root's in neurald's folder is found",
  ignore: !isRoot,
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/neurald.sqlite`;
      makeStore(path);
      Deno.chownSync(folder, 65_534, 65_534);
      assertFound(await diagnosed({ store: `sqlite:${path}` }), {
        check: "permissions",
        level: "error",
        message: /belongs to root, and its folder to another user \(65534\)/,
        fix: /^chown --reference=/,
      });
    }),
});

Deno.test("of many settings the first are looked at, and the others counted", () =>
  inFolder(async (folder) => {
    const path = `${folder}/neurald.sqlite`;
    openCore(path).close();
    sql(
      path,
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
        WHERE i < 10000)
      INSERT INTO series (name) SELECT 'rn3_default_3_s' || i FROM n;
      INSERT INTO trainings (series, at, record)
        SELECT id, 1, '{"outcome":"refused"}' FROM series`,
    );
    const begin = performance.now();
    const report = await diagnosed({
      config: 'rules { default { allowed_settings = "all"; } }',
      store: `sqlite:${path}`,
    });
    assertFound(report, {
      check: "models",
      level: "note",
      message: /^9950 more lines of networks were not looked at/,
    });
    assert(report.findings.length < 250, `${report.findings.length}`);
    assert(performance.now() - begin < 20_000);
  }));

Deno.test("who may not look is told so, and the store is not held for broken", () => {
  const file = {
    path: "/var/lib/neurald/neurald.sqlite",
    uid: 990,
    mode: 0o600,
  };
  const facts: FileFacts = {
    kind: "sqlite",
    url: `sqlite:${file.path}`,
    files: [{ ...file, isWritable: false }],
    folder: { path: "/var/lib/neurald", uid: 990, isWritable: false },
    hasFolder: true,
    size: 1,
  };
  const problem = "nobody has the file open, and who may not write it …";
  for (const [asUid, level] of [[1000, "warning"], [990, "error"]] as const) {
    const [remark] = remarksOnFile({ ...facts, asUid, problem });
    assertEquals(remark.level, level);
    assertMatch(remark.fix!, /^sudo -u neurald neurald doctor, or as root/);
    const [writing] = remarksOnFile({ ...facts, asUid });
    assertEquals(writing.level, level);
  }
});

Deno.test("a file too large to look through is not held for checked", () => {
  const folder = { path: "/var/lib/neurald", isWritable: true };
  const [remark] = remarksOnFile({
    kind: "sqlite",
    url: "sqlite:/var/lib/neurald/neurald.sqlite",
    files: [{ path: "/var/lib/neurald/neurald.sqlite", isWritable: true }],
    folder,
    hasFolder: true,
    size: 3 * 2 ** 30,
    contents: {
      version: 2,
      newestVersion: 2,
      journalMode: "wal",
      isChecked: false,
      details: new Map(),
    },
  });
  assertEquals(remark, {
    level: "ok",
    message: "version 2, 3.0 GiB, too large to look through all of it now",
    fix: "sqlite3 /var/lib/neurald/neurald.sqlite 'PRAGMA quick_check'",
  });
});
