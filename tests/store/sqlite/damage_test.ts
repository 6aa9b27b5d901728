import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../../lib/store/sqlite/database.ts";
import type { Call } from "../../../lib/store/sqlite/operations.ts";
import { RenewingCore } from "../../../lib/store/sqlite/renewing_core.ts";
import { StoreError } from "../../../lib/store/store.ts";
import { samples } from "../samples.ts";
import { ask, inTemporaryFolder, openCore } from "./temporary.ts";

const SERIES = "series";
const PAGE_BYTES = 4096;
const RENEWS = { renews: true, busyTimeoutMs: 50 };

/** Makes a store of many pages. */
function makeStore(path: string): void {
  const words = Array.from({ length: 3_000 }, (_, n) => `${n}`).join(" ");
  const core = openCore(path);
  ask(core, "addSamples", SERIES, samples("spam", words), 10_000);
  core.close();
}

/** What may befall a file. */
const DAMAGES = {
  /** Met when samples are read. */
  inside(path: string) {
    const bytes = Deno.readFileSync(path);
    bytes.fill(0x5a, 40 * PAGE_BYTES, bytes.length - 8 * PAGE_BYTES);
    Deno.writeFileSync(path, bytes);
  },
  /** Met when it is opened. */
  cutOff: (path: string) => Deno.truncateSync(path, 3 * PAGE_BYTES),
};

const reading: Call<"samples"> = { name: "samples", args: [SERIES] };
const adding: Call<"addSamples"> = {
  name: "addSamples",
  args: [SERIES, samples("ham", "new"), 10],
};

/** All but the first page, which counts how often the file was opened. */
function contentOf(path: string): string {
  return new TextDecoder("latin1")
    .decode(Deno.readFileSync(path).subarray(PAGE_BYTES));
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

for (const [name, damage] of Object.entries(DAMAGES)) {
  Deno.test(`a file that is damaged (${name}) is kept, and another begun`, () =>
    inTemporaryFolder((folder) => {
      const path = `${folder}/neurald.sqlite`;
      makeStore(path);
      damage(path);
      const damaged = contentOf(path);
      const core = new RenewingCore(path, RENEWS);
      const opened = core.answer([]);
      // What met the damage is done in the new file.
      const { outcomes: [outcome], notice } = core.run([reading]);
      const told = opened.notice ?? notice ?? "";
      assert("value" in outcome, JSON.stringify(outcome));
      assertStringIncludes(told, `sqlite:${path}: the file is damaged (`);
      assertStringIncludes(told, `kept as ${path}.damaged-1`);
      assertEquals(core.run([adding]), {
        outcomes: [{ value: ["added"] }],
        notice: undefined,
      });
      core.close();
      assertEquals(namesIn(folder), [
        "neurald.sqlite",
        "neurald.sqlite.damaged-1",
      ]);
      assert(contentOf(`${path}.damaged-1`) === damaged);
      const again = openCore(path);
      assertEquals(ask(again, "counts", SERIES).fresh, { spam: 0, ham: 1 });
      again.close();
    }));
}

Deno.test("what is in the log of a damaged file is kept with it", () =>
  inTemporaryFolder((folder) => {
    const path = `${folder}/neurald.sqlite`;
    makeStore(path);
    const core = new RenewingCore(path, RENEWS);
    core.run([{ ...adding, args: [SERIES, samples("ham", "late"), 10] }]);
    // Behind its back; the sample is in the log only.
    DAMAGES.inside(path);
    const { notice } = core.run([reading]);
    assertStringIncludes(notice ?? "", "damaged-1");
    core.close();
    const kept = new DatabaseSync(`${path}.damaged-1`);
    const row = kept.prepare("SELECT samples FROM pools WHERE is_spam = 0")
      .get();
    assertEquals(row?.samples, 1);
    kept.close();
  }));

Deno.test("a damaged file is left alone while somebody has it open", () =>
  inTemporaryFolder(async (folder) => {
    const path = `${folder}/neurald.sqlite`;
    makeStore(path);
    // In another process: locks of the same one do not count.
    const other = new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        `const { DatabaseSync } = await import("node:sqlite");
         const database = new DatabaseSync(${JSON.stringify(path)});
         database.prepare("SELECT count(*) FROM series").get();
         console.log("open");
         for await (const _ of Deno.stdin.readable);
         database.close();`,
      ],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const output = other.stdout.getReader();
    await output.read();
    DAMAGES.inside(path);
    const core = new RenewingCore(path, RENEWS);
    const { outcomes, notice } = core.run([reading]);
    assert("failure" in outcomes[0]);
    assertStringIncludes(outcomes[0].failure, "the file is damaged");
    assertStringIncludes(notice ?? "", "stays in its place");
    assertStringIncludes(notice ?? "", "keeps the file locked");
    assertEquals(
      namesIn(folder).filter((name) => name.includes("damaged")),
      [],
    );
    // It goes on as well as it can.
    assertEquals(
      core.run([{ name: "trainings", args: [SERIES, 1] }]).outcomes,
      [
        { value: [] },
      ],
    );
    core.close();
    await other.stdin.close();
    await output.cancel();
    await other.status;
  }));

Deno.test("what is not neurald's, newer, or whole is never moved away", () =>
  inTemporaryFolder((folder) => {
    const cases: Record<string, (path: string) => void> = {
      "other": (path) => {
        makeStore(path);
        const database = new DatabaseSync(path);
        database.exec("PRAGMA application_id = 77");
        database.close();
        DAMAGES.inside(path);
      },
      "newer": (path) => {
        makeStore(path);
        const database = new DatabaseSync(path);
        database.exec("PRAGMA user_version = 99");
        database.close();
        DAMAGES.cutOff(path);
      },
      "zeros": (path) => {
        Deno.writeFileSync(path, new Uint8Array(PAGE_BYTES));
      },
      "text": (path) => Deno.writeTextFileSync(path, "x".repeat(10_000)),
    };
    for (const [name, make] of Object.entries(cases)) {
      const path = `${folder}/${name}`;
      make(path);
      const before = Deno.readFileSync(path);
      assertThrows(() => new RenewingCore(path, RENEWS), StoreError);
      assertEquals(Deno.readFileSync(path), before, name);
    }
    assertEquals(namesIn(folder), Object.keys(cases).sort());
  }));

Deno.test("without leave, and with many kept, a damaged file stays", () =>
  inTemporaryFolder((folder) => {
    const path = `${folder}/neurald.sqlite`;
    makeStore(path);
    DAMAGES.cutOff(path);
    assertThrows(() => new RenewingCore(path), StoreError, "is damaged");
    for (let i = 1; i <= 10; i++) {
      Deno.writeTextFileSync(`${path}.damaged-${i}`, "");
    }
    assertThrows(
      () => new RenewingCore(path, RENEWS),
      StoreError,
      "see to its disk",
    );
    Deno.removeSync(`${path}.damaged-4`);
    new RenewingCore(path, RENEWS).close();
    assert(Deno.statSync(`${path}.damaged-4`).size > 0);
    openDatabase(path).close();
  }));
