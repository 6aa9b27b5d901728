import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { mails } from "../engine/mail.ts";
import { HEADER, linesOf, SCANS, writeScans } from "./labelled.ts";
import { inFolder, neurald } from "./neurald.ts";

/** Runs a test with a model that was trained on a part of the mail. */
function withModel(
  run: (model: string, folder: string) => Promise<void>,
): Promise<void> {
  return inFolder(async (folder) => {
    const { plain } = await writeScans(folder, [HEADER, ...SCANS]);
    const model = `${folder}/model.rnm`;
    const { code } = await neurald(
      ["train", "--input", plain, "--output", model],
    );
    assertEquals(code, 0);
    await run(model, folder);
  });
}

Deno.test("eval --json prints one object with the figures", () =>
  withModel(async (model, folder) => {
    const { plain, packed } = await writeScans(folder, mails(40, 1000));
    const outputs: string[] = [];
    for (const input of [plain, packed, "-"]) {
      const { code, stdout, stderr } = await neurald(
        ["eval", "--model", model, "--input", input, "--json"],
        { input: await Deno.readFile(packed) },
      );
      assertEquals([code, stderr], [0, ""]);
      outputs.push(stdout);
    }
    assertEquals(new Set(outputs).size, 1);
    assertEquals(outputs[0].split("\n").length, 2);
    const json = JSON.parse(outputs[0]);
    for (const key of ["auc", "error", "fpr", "fnr"]) {
      assert(json[key] >= 0 && json[key] <= 1, `${key} ${json[key]}`);
    }
    assertEquals(Object.keys(json.tpr_at_fpr), ["0.001", "0.005", "0.01"]);
    assertEquals(json.n, { spam: 40, ham: 40 });
    assert(json.auc > 0.99, `${json.auc}`);
    assert(json.error < 0.05, `${json.error}`);
  }));

Deno.test("eval prints a table for people", () =>
  withModel(async (model, folder) => {
    const { plain } = await writeScans(folder, mails(40, 1000));
    const { code, stdout } = await neurald(
      ["eval", "--model", model, "--input", plain],
    );
    assertEquals(code, 0);
    for (
      const said of [
        "80 (40 spam, 40 ham)",
        "AUC",
        "error",
        "false positives",
        "spam caught at 0.1 % false positives",
      ]
    ) assertStringIncludes(stdout, said);
  }));

Deno.test("of one class only, there is a part of the figures", () =>
  withModel(async (model) => {
    const input = linesOf(mails(5).filter((scan) => scan.class === "ham"));
    const args = ["eval", "--model", model, "--input", "-"];
    const { code, stdout } = await neurald([...args, "--json"], { input });
    assertEquals(code, 0);
    const { auc, fpr, fnr, n } = JSON.parse(stdout);
    assertEquals([auc, fnr, n], [null, null, { spam: 0, ham: 5 }]);
    assertEquals(fpr, 0);
    assertStringIncludes((await neurald(args, { input })).stdout, "unknown");
  }));

Deno.test("scans that a model cannot judge are refused", () =>
  withModel(async (model) => {
    for (
      const [input, said] of [
        ["", "there is no scan"],
        [linesOf([HEADER]), "there is no scan"],
        [linesOf([...SCANS.slice(0, 2), { symbols: {} }]), "line 3: class"],
        [
          linesOf(mails(1, 0, { metatokens: new Array(26).fill(0) })),
          "metatokens of version 1, and the model is for version 3",
        ],
      ]
    ) {
      const { code, stdout, stderr } = await neurald(
        ["eval", "--model", model, "--input", "-"],
        { input },
      );
      assertEquals([code, stdout], [2, ""]);
      assertStringIncludes(stderr, said);
    }
  }));

Deno.test("a model that is damaged is told, whatever is wrong with it", () =>
  withModel(async (model, folder) => {
    const bytes = await Deno.readFile(model);
    const { plain } = await writeScans(folder);
    const damaged = `${folder}/damaged.rnm`;
    for (
      const content of [
        new Uint8Array(0),
        new TextEncoder().encode("no model at all"),
        bytes.subarray(0, bytes.length / 2),
        bytes.with(20, 0xff).with(21, 0xff),
        Uint8Array.of(0x80),
      ]
    ) {
      await Deno.writeFile(damaged, content);
      for (
        const args of [
          ["eval", "--input", plain],
          ["score", plain],
        ]
      ) {
        const { code, stdout, stderr } = await neurald(
          [...args, "--model", damaged],
        );
        assertEquals([code, stdout], [2, ""]);
        assert(stderr.startsWith(`neurald: ${damaged}: `), stderr);
        assert(/^[^\n]+\n$/.test(stderr), stderr);
      }
    }
  }));
