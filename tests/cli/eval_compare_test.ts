import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Host } from "../daemon/host.ts";
import { trainedHost } from "../daemon/trained_host.ts";
import { mail, mails } from "../engine/mail.ts";
import { exportModel } from "./exported.ts";
import { HEADER, linesOf, SCANS, writeScans } from "./labelled.ts";
import { inFolder, neurald } from "./neurald.ts";

/** Runs a test with a good model, and one that has learned half in error. */
function withModels(
  run: (models: { good: string; poor: string; folder: string }) => Promise<
    void
  >,
): Promise<void> {
  return inFolder(async (folder) => {
    const train = async (name: string, scans: unknown[]) => {
      const path = `${folder}/${name}.rnm`;
      const { code, stderr } = await neurald(
        ["train", "--input", "-", "--output", path, "--architecture", "linear"],
        { input: linesOf([HEADER, ...scans]) },
      );
      assertEquals(code, 0, stderr);
      return path;
    };
    const good = await train("good", SCANS);
    const poor = await train("poor", SCANS.map(confused));
    await run({ good, poor, folder });
  });
}

/** Of some messages, the signs of the other class. */
function confused(scan: (typeof SCANS)[number], i: number) {
  if (i % 4 > 1) return scan;
  const other = scan.class === "spam" ? "ham" : "spam";
  return { ...mail(other, i), class: scan.class };
}

/** Messages of which a few have the signs of the other class. */
const TRICKY = mails(60, 1000).map((scan, i) => ({
  ...(i % 10 === 0 ? confused(scan, 0) : scan),
  id: `message-${i}`,
}));

Deno.test("two models are compared, message by message", () =>
  withModels(async ({ good, poor, folder }) => {
    const { plain } = await writeScans(folder, TRICKY);
    const flags = ["eval", "--model", poor, "--model", good, "--input", plain];
    const { code, stdout, stderr } = await neurald([...flags, "--json"]);
    assertEquals([code, stderr], [0, ""]);
    const { other, comparison, ...first } = JSON.parse(stdout);
    assertEquals([first.name, other.name], [poor, good]);
    for (const [path, figures] of [[poor, first], [good, other]]) {
      const alone = await neurald(
        ["eval", "--model", path, "--input", plain, "--json"],
      );
      assertEquals({ ...figures, unanswered: 0 }, JSON.parse(alone.stdout));
    }
    const { mcnemar, delong } = comparison;
    const wrong = (figures: { error: number }) =>
      Math.round(figures.error * TRICKY.length);
    assertEquals(
      mcnemar.only_first_wrong - mcnemar.only_second_wrong,
      wrong(first) - wrong(other),
    );
    assert(Math.abs(delong.difference - (other.auc - first.auc)) < 1e-12);
    const { stdout: table } = await neurald(flags);
    for (
      const said of [
        "messages",
        "120 (60 spam, 60 ham)  ",
        `only by ${poor}`,
        "McNemar, p = ",
        "DeLong, p = ",
      ]
    ) assertStringIncludes(table, said);
  }));

Deno.test("figures of a model are beside what they may be", () =>
  withModels(async ({ poor, folder }) => {
    const { plain } = await writeScans(folder, TRICKY);
    const { stdout } = await neurald(
      ["eval", "--model", poor, "--input", plain, "--json", "--fpr", "0.05"],
    );
    const json = JSON.parse(stdout);
    for (const figure of ["auc", "error", "fpr", "fnr"]) {
      const [least, greatest] = json.intervals[figure];
      assert(least <= json[figure] && json[figure] <= greatest, figure);
      assert(greatest > least && greatest <= 1 && least >= 0, figure);
    }
    const { at, curve, n } = json;
    assert(at.fpr <= 0.05);
    assertEquals(at.false_positives + at.true_negatives, n.ham);
    assertEquals(at.true_positives + at.false_negatives, n.spam);
    assertEquals(curve.at(-1).tpr, 1);
    const best = curve.filter(({ fpr }: { fpr: number }) => fpr <= 0.05).at(-1);
    assertEquals([best.tpr, best.threshold], [at.tpr, at.threshold]);
    assert(json.average_precision > 0.5);
  }));

Deno.test("the messages that went most wrong are listed with their reasons", () =>
  withModels(async ({ good, folder }) => {
    const { plain } = await writeScans(folder, TRICKY);
    const flags = ["--model", good, "--input", plain, "--worst", "3"];
    const { stdout } = await neurald(["eval", ...flags, "--json"]);
    const { worst } = JSON.parse(stdout);
    assertEquals(worst.length, 3);
    let before = Infinity;
    for (const one of worst) {
      const line = Number(/: line (\d+)$/.exec(one.place)![1]);
      assertEquals(one.id, TRICKY[line - 1].id);
      assertEquals(one.class, TRICKY[line - 1].class);
      const wrongBy = one.class === "ham" ? one.output : -one.output;
      assert(wrongBy >= 0 && wrongBy <= before);
      before = wrongBy;
      assertEquals(one.contributions.length, 5);
    }
    const { stdout: text } = await neurald(["eval", ...flags]);
    assertStringIncludes(text, `What ${good} got most wrong:`);
    assertStringIncludes(text, `(${worst[0].id})`);
    assertStringIncludes(text, worst[0].contributions[0].name);
  }));

Deno.test("a picture of both is written, in place of what was there", () =>
  withModels(async ({ good, poor, folder }) => {
    const { plain } = await writeScans(folder, TRICKY);
    const svg = `${folder}/curves.svg`;
    await Deno.writeTextFile(svg, "old");
    const models = ["--model", good, "--model", poor];
    const { code } = await neurald(
      ["eval", ...models, "--input", plain, "--svg", svg],
    );
    assertEquals(code, 0);
    const picture = await Deno.readTextFile(svg);
    assert(picture.startsWith("<svg ") && picture.endsWith("</svg>\n"));
    for (const path of [good, poor]) assertStringIncludes(picture, `${path}: `);
  }));

Deno.test("of one class only, there is no more to compare than errors", () =>
  withModels(async ({ good, poor, folder }) => {
    const ham = TRICKY.filter((scan) => scan.class === "ham");
    const { plain } = await writeScans(folder, ham);
    const models = ["--model", good, "--model", poor];
    const svg = `${folder}/curves.svg`;
    const flags = ["--input", plain, "--svg", svg, "--fpr", "0"];
    const { code, stdout } = await neurald(["eval", ...models, ...flags]);
    assertEquals(code, 0);
    for (
      const said of ["AUC: too few", "none: too much ham", "McNemar", "unknown"]
    ) assertStringIncludes(stdout, said);
    assert(!(stdout + await Deno.readTextFile(svg)).includes("NaN"));
  }));

Deno.test("a server and its model in a file have the same figures", async () => {
  await using host = await trainedHost();
  await inFolder(async (folder) => {
    const model = `${folder}/model.rnm`;
    await exportModel(host, model);
    // More than are asked for at a time.
    const { plain } = await writeScans(folder, mails(300, 1000));
    const both = ["--server", host.url, "--model", model];
    const flags = ["--input", plain, "--worst", "2", "--json"];
    const { code, stdout, stderr } = await neurald(["eval", ...both, ...flags]);
    assertEquals([code, stderr], [0, ""]);
    const { name, other, comparison, unanswered, ...first } = JSON.parse(
      stdout,
    );
    assertEquals([name, other.name], [model, host.url]);
    assertEquals({ ...other, name: "" }, { ...first, name: "" });
    assertEquals([unanswered, first.n], [0, { spam: 300, ham: 300 }]);
    assertEquals(comparison.mcnemar.p, 1);
    assertEquals(comparison.delong.p, 1);
    const alone = await neurald(["eval", ...both.slice(0, 2), ...flags]);
    assertEquals({ ...JSON.parse(alone.stdout), name: "" }, {
      ...first,
      name: "",
      unanswered,
    });
  });
});

Deno.test("what a server cannot judge is told", async () => {
  await using host = await Host.start("rules { A {} B {} }");
  const args = ["eval", "--server", host.url, "--input", "-"];
  const run = (args: string[]) => neurald(args, { input: linesOf(mails(2)) });
  const silent = await run(args);
  assertEquals([silent.code, silent.stdout], [2, ""]);
  assertStringIncludes(silent.stderr, "nobody has an opinion");
  await host.postLines("/v1/learn", SCANS);
  await host.post("/v1/train", "");
  const torn = await run(args);
  assertEquals([torn.code, torn.stdout], [2, ""]);
  assertStringIncludes(torn.stderr, "--rule A or B is needed");
  assertEquals((await run([...args, "--rule", "B"])).code, 0);
  const unknown = await run([...args, "--rule", "C"]);
  assertEquals([unknown.code, unknown.stdout], [1, ""]);
});

Deno.test("flags of eval that contradict each other are refused", () =>
  withModels(async ({ good, folder }) => {
    const { plain } = await writeScans(folder);
    const input = ["--input", plain];
    const model = ["--model", good];
    const server = ["--server", "http://127.0.0.1:1"];
    for (
      const [args, code, said] of [
        [[...model, ...model, ...model, ...input], 2, "two can be compared"],
        [[...model, ...model, ...server, ...input], 2, "two can be compared"],
        [[...model, "--rule", "A", ...input], 2, "--rule is about a --server"],
        [[...server, "--profile", good, ...input], 2, "--profile describes"],
        [["--server", "nowhere", ...input], 2, "--server: http://HOST"],
        [[...server, ...input], 1, "no neurald answers"],
        [[...model, ...input, "--fpr", "1.5"], 2, "at most 1 is needed"],
        [[...model, ...input, "--worst", "0"], 2, "of at least 1"],
        [[...model, ...input, "--svg", `${folder}/no/x`], 2, "--svg: cannot"],
      ] as const
    ) {
      const { stdout, stderr, ...outcome } = await neurald(["eval", ...args]);
      assertEquals([outcome.code, stdout], [code, ""], stderr);
      assertStringIncludes(stderr, said);
    }
  }));
