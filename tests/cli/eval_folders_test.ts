import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseScan } from "../../lib/features/scan.ts";
import { messageText, rspamdHeader } from "../mail/milter.ts";
import { Maildir } from "../mail/maildir.ts";
import { HEADER, linesOf, SCANS, writeScans } from "./labelled.ts";
import { inFolder, neurald } from "./neurald.ts";

/** Runs a test with a model, and its scans as a file and as Maildirs. */
function withMail(
  run: (
    given: { model: string; scans: string; junk: Maildir; ham: Maildir },
  ) => Promise<void>,
): Promise<void> {
  return inFolder(async (folder) => {
    // As headers have them: all of each symbol's weight, and no metatokens.
    const seen = SCANS.map((scan, i) => ({
      id: `m${i}@example.com`,
      class: scan.class,
      symbols: Object.fromEntries(
        parseScan(scan).symbols.map(({ name, score = 1 }) => {
          const rounded = Number(score.toFixed(2));
          return [name, [rounded, rounded]];
        }),
      ),
    }));
    const { plain: scans } = await writeScans(folder, seen);
    const model = `${folder}/model.rnm`;
    const { code, stderr } = await neurald(
      ["train", "--input", "-", "--output", model, "--architecture", "linear"],
      { input: linesOf([HEADER, ...seen]) },
    );
    assertEquals(code, 0, stderr);
    const junk = await Maildir.make(`${folder}/Junk`);
    const ham = await Maildir.make(`${folder}/Archive`);
    for (const { id, class: mailClass, symbols } of seen) {
      const found = Object.entries(symbols)
        .map(([name, [score]]): [string, number, string[]] => [
          name,
          score,
          [],
        ]);
      const verdict = { score: 1, required: 15, isRejected: false };
      const headers = [rspamdHeader(found, verdict)];
      await (mailClass === "spam" ? junk : ham)
        .deliver(messageText({ headers, id, body: "hello\n" }));
    }
    await run({ model, scans, junk, ham });
  });
}

Deno.test("folders of mail are judged as a file of the same scans is", () =>
  withMail(async ({ model, scans, junk, ham }) => {
    const file = await neurald(
      ["eval", "--model", model, "--input", scans, "--json"],
    );
    const flags = ["eval", "--model", model, "--json", "--worst", "1"];
    const paths = ["--spam", junk.path, "--ham", ham.path];
    const folders = await neurald([...flags, ...paths]);
    assertEquals([folders.code, folders.stderr], [0, ""]);
    const { worst: _, ...figures } = JSON.parse(folders.stdout);
    const { worst: __, ...expected } = JSON.parse(file.stdout);
    assertEquals(figures, expected);
    assert(figures.auc > 0.9, `AUC ${figures.auc}`);

    await junk.deliver("From: a@example.com\n\nno filter saw it\n");
    const some = await neurald([...flags, ...paths]);
    assertEquals(some.code, 0);
    assertEquals(JSON.parse(some.stdout).n, figures.n);
    assertStringIncludes(some.stderr, "1 not: no X-Spamd-Result");
  }));

Deno.test("folders that cannot be judged are told", () =>
  withMail(async ({ model, scans, junk }) => {
    const empty = await Maildir.make(`${junk.path}-empty`);
    for (
      const [flags, said] of [
        [[], "--spam and --ham PATH"],
        [["--input", scans, "--ham", junk.path], "takes no folders"],
        [["--input", scans, "--filter", "rspamd"], "takes no folders"],
        [["--spam", `${junk.path}/nowhere`], "there is no file or folder"],
        [["--spam", junk.path, "--ham", junk.path], "named twice"],
        [["--spam", empty.path], "there is no scan in it"],
      ] as [string[], string][]
    ) {
      const { code, stderr } = await neurald(
        ["eval", "--model", model, ...flags],
      );
      assertEquals(code, 2, said);
      assertStringIncludes(stderr, said);
    }
  }));
