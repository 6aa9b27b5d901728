import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openModel } from "../../lib/model/model.ts";
import { decodeRnm } from "../../lib/model/rnm.ts";
import { mails, noise } from "../engine/mail.ts";
import { HEADER, linesOf, SCANS, writeScans } from "./labelled.ts";
import { command, inFolder, neurald } from "./neurald.ts";

/** Names of what is in a folder. */
const namesIn = (folder: string) =>
  [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("a file of labelled scans gives a model", () =>
  inFolder(async (folder) => {
    const { plain } = await writeScans(folder, [HEADER, ...SCANS]);
    const output = `${folder}/model.rnm`;
    const args = ["train", "--input", plain, "--output", output];
    const { code, stdout, stderr } = await neurald(args);
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, "by cross-validation");
    assert(/: (mlp|symbol|linear), trained on /.test(stdout), stdout);
    assertStringIncludes(stdout, "AUC");
    const rnm = decodeRnm(Deno.readFileSync(output));
    const { version, layout } = openModel(rnm);
    assertEquals(version, 1);
    const { architecture, seed, trained_on, figures } = rnm.training!;
    assertEquals([architecture, seed], [/: (\w+), tr/.exec(stdout)![1], 1]);
    assertStringIncludes(
      stdout,
      `on ${trained_on.spam} spam and ${trained_on.ham} ham`,
    );
    assertStringIncludes(stdout, figures.auc.toFixed(4));
    const names = new Set(SCANS.flatMap(({ symbols }) => Object.keys(symbols)));
    assertEquals(layout.symbols, [...names].sort());
    assertEquals(namesIn(folder), [
      "model.rnm",
      "scans.jsonl",
      "scans.jsonl.zst",
    ]);
  }));

Deno.test("what neurald said of the scans is not learned", () =>
  inFolder(async (folder) => {
    const output = `${folder}/model.rnm`;
    const echo = SCANS.map((scan) => ({
      ...scan,
      symbols: {
        ...scan.symbols,
        [`NEURAL_${scan.class!.toUpperCase()}`]: [1, 1],
      },
    }));
    const symbols = Object.keys({ ...echo[0].symbols, ...echo[1].symbols });
    for (const header of [HEADER, { ...HEADER, profile: { symbols } }]) {
      const { code, stderr } = await neurald(
        ["train", "--input", "-", "--output", output],
        { input: linesOf([header, ...echo]) },
      );
      assertEquals(code, 0, stderr);
      const { layout } = openModel(decodeRnm(Deno.readFileSync(output)));
      const own = layout.symbols.filter((name) => name.startsWith("NEURAL_"));
      assertEquals(own, []);
      assert(layout.symbols.length > 3);
    }
  }));

Deno.test("the same scans and seed give the same bytes, however they come", () =>
  inFolder(async (folder) => {
    const { plain, packed } = await writeScans(folder);
    const train = async (name: string, args: string[], input?: Uint8Array) => {
      const output = `${folder}/${name}`;
      const { code, stderr } = await neurald(
        ["train", "--output", output, ...args],
        { input },
      );
      assertEquals(code, 0, stderr);
      return await Deno.readFile(output);
    };
    const first = await train("a", ["--input", plain, "--seed", "7"]);
    const inputs: [args: string[], input?: Uint8Array][] = [
      [["--input", plain]],
      [["--input", packed]],
      [["--input=-"], Deno.readFileSync(plain)],
      [["--input", "-"], Deno.readFileSync(packed)],
    ];
    for (const [args, input] of inputs) {
      assertEquals(await train("b", [...args, "--seed", "7"], input), first);
    }
    const other = await train("c", ["--input", plain, "--seed", "8"]);
    assert(other.some((byte, i) => byte !== first[i]));
    // The default is 1.
    assertEquals(
      await train("d", ["--input", plain]),
      await train("e", ["--input", plain, "--seed", "1"]),
    );
  }));

Deno.test("train --json prints one object, and nothing else", () =>
  inFolder(async (folder) => {
    const { plain } = await writeScans(folder);
    const output = `${folder}/m`;
    const { code, stdout, stderr } = await neurald([
      ...["train", "--input", plain, "--output", output, "--json"],
      ...["--architecture", "linear", "--epochs", "5"],
      ...["--learning-rate", "0.02"],
    ]);
    assertEquals([code, stderr], [0, ""]);
    const json = JSON.parse(stdout);
    assertEquals(Object.keys(json).sort(), [
      "architecture",
      "cross_validation",
      "duration_ms",
      "held_out",
      "left_out",
      "output",
      "symbols",
      "trained_on",
    ]);
    assertEquals(json.output, output);
    assertEquals([json.architecture, json.cross_validation], ["linear", []]);
    assertEquals(json.left_out, 0);
    const { spam, ham } = json.trained_on;
    const { n, auc } = json.held_out;
    assertEquals([spam + n.spam, ham + n.ham], [60, 60]);
    assert(auc > 0.95, `${auc}`);
  }));

const WRONG_LINES: [line: string, said: string][] = [
  ["{", "this is not JSON: "],
  ["7", "a scan is a JSON object"],
  ['{"class":"spam"}', "symbols: "],
  ['{"symbols":{"A":1}}', "class: "],
  ['{"symbols":{"A":1},"class":"sapm"}', "class: "],
  ['{"symbols":{"A":"1"},"class":"spam"}', "symbols.A: "],
  ['{"symbols":{"A":1},"class":"spam","metatokens":[1]}', "metatokens: "],
];

Deno.test("a line that is wrong is told by its number", () =>
  inFolder(async (folder) => {
    const output = `${folder}/model.rnm`;
    for (const [line, said] of WRONG_LINES) {
      // Empty lines count, too.
      const text = linesOf(SCANS.slice(0, 3)) + "\n\n" + line + "\n" +
        linesOf(SCANS);
      await Deno.writeTextFile(`${folder}/plain`, text);
      for (const input of ["-", `${folder}/plain`]) {
        const { code, stdout, stderr } = await neurald(
          ["train", "--input", input, "--output", output],
          { input: text },
        );
        assertEquals([code, stdout], [2, ""], stderr);
        assertStringIncludes(stderr, `neurald: ${input}: line 6: ${said}`);
        assert(/^[^\n]+\n$/.test(stderr), stderr);
      }
    }
    assertEquals(namesIn(folder), ["plain"]);
  }));

Deno.test("a header that is wrong is told", () =>
  inFolder(async (folder) => {
    for (
      const [header, said] of [
        [{ metatoken_version: 2 }, "metatoken_version"],
        [{ profile: { symbols: "A" } }, "profile.symbols"],
        [{ profile: { symbols: [1] } }, "profile.symbols"],
      ] as const
    ) {
      const { code, stderr } = await neurald(
        ["train", "--input", "-", "--output", `${folder}/m`],
        { input: linesOf([header, ...SCANS]) },
      );
      assertEquals(code, 2);
      assertStringIncludes(stderr, "line 1: ");
      assertStringIncludes(stderr, said);
    }
  }));

Deno.test("a packed file that is damaged or cut off is told", () =>
  inFolder(async (folder) => {
    const { packed } = await writeScans(folder);
    const bytes = await Deno.readFile(packed);
    const damaged = bytes.slice();
    damaged.fill(0xff, 100, 200);
    const output = `${folder}/model.rnm`;
    for (
      const [what, input] of [
        ["damaged", damaged],
        ["cut off", bytes.subarray(0, bytes.length - 100)],
        ["cut off early", bytes.subarray(0, 20)],
      ] as const
    ) {
      const { code, stderr } = await neurald(
        ["train", "--input", "-", "--output", output],
        { input: new Uint8Array(input) },
      );
      assertEquals(code, 2, `${what}: ${stderr}`);
      assertStringIncludes(stderr, "zstd");
      assert(/^[^\n]+\n$/.test(stderr), stderr);
    }
    assertEquals(namesIn(folder).includes("model.rnm"), false);
  }));

Deno.test("what cannot be trained is told, and leaves nothing behind", () =>
  inFolder(async (folder) => {
    const output = `${folder}/model.rnm`;
    await Deno.writeTextFile(output, "the model before");
    for (
      const [scans, said] of [
        [mails(4), "4 spam and 4 ham samples are too few"],
        [mails(50).filter((scan) => scan.class === "ham"), "0 spam and 50 ham"],
        [noise(1000), "the network is refused: "],
      ] as const
    ) {
      const { code, stdout, stderr } = await neurald(
        ["train", "--input", "-", "--output", output],
        { input: linesOf(scans as unknown[]) },
      );
      assertEquals([code, stdout], [1, ""], stderr);
      assertStringIncludes(stderr, said);
      assert(/^neurald: [^\n]+\n$/.test(stderr), stderr);
    }
    assertEquals(namesIn(folder), ["model.rnm"]);
    assertEquals(await Deno.readTextFile(output), "the model before");
  }));

Deno.test("an input without scans is told by its name", () =>
  inFolder(async (folder) => {
    for (const scans of [[], [HEADER]]) {
      const { plain } = await writeScans(folder, scans);
      const { code, stderr } = await neurald(
        ["train", "--input", plain, "--output", `${folder}/m`],
      );
      assertEquals(code, 2);
      assertEquals(stderr, `neurald: ${plain}: there is no scan in it\n`);
    }
  }));

Deno.test("train --json tells of a network that is refused", () =>
  inFolder(async (folder) => {
    const { code, stdout, stderr } = await neurald(
      ["train", "--input", "-", "--output", `${folder}/m`, "--json"],
      { input: linesOf(noise(1000)) },
    );
    assertEquals(code, 1);
    const { output, refused, held_out } = JSON.parse(stdout);
    assertEquals(output, null);
    assertStringIncludes(stderr, `the network is refused: ${refused}`);
    assert(held_out.error > 0.2, stdout);
    assertEquals(namesIn(folder), []);
  }));

Deno.test("what is no regular file is not replaced, and a link stays one", () =>
  inFolder(async (folder) => {
    const { plain } = await writeScans(folder);
    const train = (output: string) =>
      neurald(["train", "--input", plain, "--output", output]);
    for (const output of ["-", "/dev/null", "/dev/stdout", folder]) {
      const { code, stdout, stderr } = await train(output);
      assertEquals([code, stdout], [2, ""], stderr);
      assert(/^neurald: --output: [^\n]+\n$/.test(stderr), stderr);
    }
    await Deno.mkdir(`${folder}/models`);
    await Deno.writeTextFile(`${folder}/models/m`, "the model before");
    await Deno.symlink("models/m", `${folder}/m`);
    assertEquals((await train(`${folder}/m`)).code, 0);
    assert((await Deno.lstat(`${folder}/m`)).isSymlink);
    assert((await Deno.stat(`${folder}/models/m`)).size > 100);
    assertEquals(namesIn(`${folder}/models`), ["m"]);
  }));

Deno.test("an output that cannot be written is told before hard work", () =>
  inFolder(async (folder) => {
    const { code, stderr } = await neurald(
      ["train", "--input", "/no/such/file", "--output", `${folder}/none/m`],
    );
    assertEquals(code, 2);
    assertStringIncludes(stderr, "--output: cannot write ");
  }));

Deno.test("an output that cannot be written leaves leaves nothing behind", () =>
  inFolder(async (folder) => {
    const { plain } = await writeScans(folder);
    await Deno.mkdir(`${folder}/taken`);
    await Deno.writeTextFile(`${folder}/taken/file`, "");
    const before = namesIn(folder);
    for (
      const output of [
        `${folder}/none/model.rnm`,
        `${folder}/taken`,
        `${folder}/scans.jsonl/model.rnm`,
        "/proc/model.rnm",
      ]
    ) {
      const args = ["train", "--input", plain, "--output", output];
      const { code, stdout, stderr } = await neurald(args);
      assertEquals([code, stdout], [2, ""], stderr);
      assertStringIncludes(stderr, `--output: cannot write ${output}: `);
      assert(/^[^\n]+\n$/.test(stderr), stderr);
    }
    assertEquals(namesIn(folder), before);
    assertEquals(namesIn(`${folder}/taken`), ["file"]);
  }));

Deno.test("Ctrl-C ends it at once, and leaves nothing behind", () =>
  inFolder(async (folder) => {
    const { plain } = await writeScans(folder);
    const before = namesIn(folder);
    for (const delayMs of [50, 150, 400]) {
      const child = command([
        ...["train", "--input", plain, "--output", `${folder}/model.rnm`],
        ...["--epochs", "10000000"],
      ], { stdin: "null", stdout: "null", stderr: "null" }).spawn();
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      child.kill("SIGINT");
      const { success } = await child.status;
      assertEquals(success, false);
      assertEquals(namesIn(folder), before);
    }
  }));
