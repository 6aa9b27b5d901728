import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { Taught } from "../../../lib/cli/learning/taught.ts";
import { UsageError } from "../../../lib/cli/usage_error.ts";
import { until } from "../../daemon/until.ts";
import { Maildir } from "../../mail/maildir.ts";
import { inFolder } from "../neurald.ts";
import { environment, filtered, Following, learn } from "./command.ts";

/** What stands for a daemon: learns all, but may stop answering. */
class Pupil implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #end = Promise.withResolvers<void>();
  /** Ids of the messages that were learned. */
  readonly learned: string[] = [];
  /** Requests that it still answers. */
  patience = Infinity;
  /** Requests that it did not answer. */
  ignored = 0;

  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      async (request) => {
        const lines = (await request.text()).split("\n");
        if (this.patience-- <= 0) {
          this.ignored++;
          await this.#end.promise;
        } else {
          this.learned.push(
            ...lines.map((line) => JSON.parse(line).message_id),
          );
        }
        const answer = { learned: true, results: [{ outcome: "added" }] };
        return new Response(
          lines.map(() => JSON.stringify(answer) + "\n").join(""),
        );
      },
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.resolve();
    await this.#server.shutdown();
  }
}

for (const signal of ["SIGKILL", "SIGTERM"] as const) {
  Deno.test(`what ${signal} stops is gone on with, and nothing is taught twice`, () =>
    inFolder(async (folder) => {
      await using pupil = new Pupil();
      const maildir = await Maildir.make(`${folder}/Junk`);
      for (let i = 0; i < 1700; i++) await maildir.deliver(filtered("spam", i));
      const { path } = maildir;
      const args = ["--server", pupil.url, "--spam", path];
      pupil.patience = 2;
      {
        await using first = new Following(folder, ...args);
        await until("it waits", () => pupil.ignored > 0);
        const code = await first.end(signal);
        assert(code !== 0);
      }
      assertEquals(pupil.learned.length, 1000);
      pupil.patience = Infinity;
      const { code, stdout } = await learn(folder, ...args);
      assertEquals(code, 0);
      assertEquals(
        stdout,
        "learned 700 spam and 0 ham of 1700 messages\n  1000 were known\n",
      );
      assertEquals(pupil.learned.length, 1700);
      assertEquals(new Set(pupil.learned).size, 1700);
    }));
}

const [A, B, C] = ["a", "b", "c"].map((letter) => letter.repeat(11));

Deno.test("what was taught is kept, and the newest counts", () =>
  inFolder(async (folder) => {
    const path = `${folder}/deep/er/learned`;
    {
      using taught = await Taught.open(path, false);
      taught.note([A, B], "spam");
      taught.note([C], "ham");
      taught.save();
      taught.note([A], "ham");
      taught.save();
      taught.note([C], "spam");
    }
    using taught = await Taught.open(path, false);
    assertEquals(
      [A, B, C].map((digest) => taught.classOf([digest])),
      ["ham", "spam", "ham"],
    );
    assertEquals(taught.classOf(["x", B]), "spam");
    assertEquals(taught.classOf(["x"]), undefined);
    using again = await Taught.open(path, true);
    assertEquals(again.classOf([A]), undefined);
  }));

Deno.test("lines that a crash cut off do not matter", () =>
  inFolder(async (folder) => {
    const path = `${folder}/learned`;
    {
      using taught = await Taught.open(path, false);
      taught.note([A, B], "spam");
      taught.note([C], "ham");
      taught.save();
    }
    const text = await Deno.readTextFile(path);
    const begun = text.indexOf(C);
    for (let at = begun - 2; at < text.length; at++) {
      await Deno.writeTextFile(path, text.slice(0, at));
      {
        using torn = await Taught.open(path, false);
        assertEquals(torn.classOf([A]), "spam");
        torn.note(["d".repeat(11)], "ham");
        torn.save();
      }
      using later = await Taught.open(path, false);
      assertEquals(later.classOf([B]), "spam");
      assertEquals(later.classOf(["d".repeat(11)]), "ham", `cut at ${at}`);
    }
  }));

Deno.test("a file in which most is out of date is written anew", () =>
  inFolder(async (folder) => {
    const path = `${folder}/learned`;
    {
      using taught = await Taught.open(path, false);
      for (let i = 0; i < 5000; i++) {
        taught.note([A, B], i % 2 === 0 ? "spam" : "ham");
      }
      taught.save();
    }
    {
      using taught = await Taught.open(path, false);
      assertEquals(taught.classOf([A]), "ham");
    }
    const lines = (await Deno.readTextFile(path)).trim().split("\n");
    assertEquals(lines.length, 3);
    const names = await Array.fromAsync(Deno.readDir(folder));
    assertEquals(names.map(({ name }) => name), ["learned"]);
  }));

Deno.test("another file, and a place that cannot be written, are refused", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/other`, "something else\n");
    await assertRejects(
      () => Taught.open(`${folder}/other`, false),
      UsageError,
      "is not what neurald keeps there",
    );
    await assertRejects(
      () => Taught.open(`${folder}/other/learned`, false),
      UsageError,
      "cannot keep what was learned",
    );
    const path = `${folder}/x.eml`;
    await Deno.writeTextFile(path, filtered("ham", 1));
    await Deno.writeTextFile(environment(folder).XDG_STATE_HOME, "a file");
    const { code, stderr } = await learn(folder, "--ham", path);
    assertEquals(code, 2);
    assertStringIncludes(stderr, "cannot keep what was learned");
  }));
