import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { decodeRnm, encodeRnm } from "../../lib/model/rnm.ts";
import { Host } from "../daemon/host.ts";
import { trainedHost } from "../daemon/trained_host.ts";
import { mail, mails } from "../engine/mail.ts";
import { exportModel } from "./exported.ts";
import { HEADER, linesOf, writeScans } from "./labelled.ts";
import { command, inFolder, neurald } from "./neurald.ts";

Deno.test("a server and its model in a file say the same", async () => {
  await using host = await trainedHost();
  await inFolder(async (folder) => {
    const model = `${folder}/model.rnm`;
    await exportModel(host, model);
    const scans = mails(15, 1000).map((scan, i) => ({
      ...scan,
      // What neurald said before is no matter to either.
      symbols: { ...scan.symbols, NEURAL_SPAM: [i, 1], UNKNOWN: 1 },
    }));
    const { plain } = await writeScans(folder, scans);
    const flags = ["--json", "--explain", "4", plain];
    const byServer = await neurald(["score", "--server", host.url, ...flags]);
    const byModel = await neurald(["score", "--model", model, ...flags]);
    assertEquals([byServer.code, byServer.stderr], [0, ""]);
    assertEquals([byModel.code, byModel.stderr], [0, ""]);
    const parse = (text: string) =>
      text.trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals(parse(byModel.stdout), parse(byServer.stdout));
    assertEquals(parse(byServer.stdout).length, scans.length);
    assertEquals(
      parse(byServer.stdout),
      await host.postLines("/v1/score?explain=4", scans),
    );
  });
});

Deno.test("scans come as one object, a list, or lines, plain or packed", async () => {
  await using host = await trainedHost();
  await inFolder(async (folder) => {
    const scans = mails(2, 500);
    const { packed } = await writeScans(folder, scans);
    const inputs: [input: string | Uint8Array, count: number][] = [
      [JSON.stringify(scans[0]), 1],
      [JSON.stringify(scans[0], null, 2), 1],
      [JSON.stringify(scans), 4],
      [JSON.stringify(scans, null, 2), 4],
      [linesOf(scans), 4],
      [`\n\n${linesOf(scans)}\n\n`, 4],
      [linesOf([scans, scans]), 8],
      [await Deno.readFile(packed), 4],
    ];
    const args = ["score", "--server", host.url, "--json"];
    for (const [input, count] of inputs) {
      const { code, stdout, stderr } = await neurald(args, { input });
      assertEquals([code, stderr], [0, ""]);
      const lines = stdout.trimEnd().split("\n");
      assertEquals(lines.length, count);
      for (const line of lines) {
        assertEquals(JSON.parse(line).results.length, 1);
      }
    }
    const named = await neurald([...args, packed]);
    assertEquals(named.stdout.trimEnd().split("\n").length, 4);
  });
});

Deno.test("scores are shown to people, with what moved them", async () => {
  await using host = await trainedHost(
    "rules { A { watch_interval = 1h; } B { watch_interval = 1h; symbol_spam = S; symbol_ham = H; } }",
  );
  const input = linesOf([mail("spam", 500), mail("ham", 500)]);
  const { code, stdout } = await neurald(
    ["score", "--server", host.url, "--explain", "2"],
    { input },
  );
  assertEquals(code, 0);
  const lines = stdout.trimEnd().split("\n");
  assertEquals(lines.length, 2 * 2 * 3);
  const first = /^scan 1: NEURAL_SPAM 0\.\d{4}, spam by \d\d\.\d % \(rule A, /;
  assert(first.test(lines[0]), lines[0]);
  assert(/^ +-?\d\.\d{4} {2}\S+$/.test(lines[1]), lines[1]);
  const last = /^scan 2: H -0\.\d{4}, spam by \d+\.\d % \(rule B, /;
  assert(last.test(lines[9]), lines[9]);
  const only = await neurald(
    ["score", "--server", host.url, "--rule", "B"],
    { input },
  );
  assertEquals(only.stdout.trimEnd().split("\n").length, 2);
});

Deno.test("it says so where nothing is trained", async () => {
  await using host = await Host.start("");
  const { code, stdout } = await neurald(["score", "--server", host.url], {
    input: linesOf([mail("spam", 1)]),
  });
  assertEquals(code, 0);
  assertStringIncludes(stdout, "scan 1: nothing is trained for it");
});

Deno.test("what is no scan is told by its line", async () => {
  await using host = await Host.start("");
  for (
    const [input, said] of [
      ["", "there is no scan in it"],
      ["{", "this is not JSON"],
      ["7", "line 1: a scan is a JSON object"],
      ['{"symbols":{}}\n{"symbols":1}', "line 2: symbols"],
      ['{"symbols":{}}\n\n\n{"symbols":{}', "line 4: this is not JSON"],
    ]
  ) {
    const { code, stderr } = await neurald(
      ["score", "--server", host.url],
      { input },
    );
    assertEquals(code, 2, input);
    assertStringIncludes(stderr, `neurald: -: `);
    assertStringIncludes(stderr, said);
  }
});

Deno.test("a server that is not there, or says no, is told", async () => {
  await using host = await Host.start("");
  const input = linesOf([mail("spam", 1)]);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const free = `http://127.0.0.1:${listener.addr.port}`;
  listener.close();
  for (
    const [args, said] of [
      [["--server", free], `no neurald answers at ${free}`],
      [["--server", "unix:/no/such/socket"], "no neurald answers at unix:"],
      [["--server", host.url, "--rule", "x"], "answered 404: there is no rule"],
      [["--server", host.url, "--explain", "5000"], "answered 400: explain"],
      [["--server", `${host.url}/elsewhere`], "answered 404"],
    ] as const
  ) {
    for (const name of ["score", "learn"]) {
      if (name === "learn" && args.includes("--explain" as never)) continue;
      const { code, stdout, stderr } = await neurald([name, ...args], {
        input,
      });
      assertEquals([code, stdout], [1, ""], stderr);
      assert(/^neurald: [^\n]+\n$/.test(stderr), stderr);
      assertStringIncludes(stderr, said);
    }
  }
});

Deno.test("a header is passed over, and identifiers are repeated", async () => {
  await using host = await trainedHost();
  await inFolder(async (folder) => {
    const model = `${folder}/model.rnm`;
    await exportModel(host, model);
    const input = linesOf([
      HEADER,
      { ...mail("spam", 1), id: "a" },
      mail("ham", 1),
    ]);
    for (const by of [["--server", host.url], ["--model", model]]) {
      const { code, stdout, stderr } = await neurald(
        ["score", "--json", ...by],
        { input },
      );
      assertEquals([code, stderr], [0, ""]);
      const lines = stdout.trimEnd().split("\n").map((one) => JSON.parse(one));
      assertEquals(lines.map(({ id }) => id), ["a", undefined]);
    }
  });
});

Deno.test("a model that does not name its inputs can be told them", async () => {
  await using host = await trainedHost();
  await inFolder(async (folder) => {
    const model = `${folder}/model.rnm`;
    await exportModel(host, model);
    const { profile, ...rnm } = decodeRnm(await Deno.readFile(model));
    const bare = `${folder}/bare.rnm`;
    await Deno.writeFile(bare, encodeRnm(rnm));
    const { symbols } = profile!;
    const header = { ...HEADER, profile: { symbols } };
    const list = `${folder}/list.json`;
    await Deno.writeTextFile(
      list,
      JSON.stringify(symbols.toReversed(), null, 1),
    );
    const described = `${folder}/header.json`;
    await Deno.writeTextFile(described, JSON.stringify(header));
    const scans = mails(5, 700);
    const score = async (head: unknown[], ...flags: string[]) =>
      await neurald(["score", "--json", ...flags], {
        input: linesOf([...head, ...scans]),
      });
    const expected = await score([], "--model", model);
    assertEquals(expected.code, 0);
    const outcomes = [
      await score([header], "--model", bare),
      await score([], "--model", bare, "--profile", list),
      await score([HEADER], "--model", bare, "--profile", described),
    ];
    for (const outcome of outcomes) assertEquals(outcome, expected);
    const evaluated = await neurald(
      ["eval", "--json", "--model", bare, "--input", "-"],
      { input: linesOf([header, ...scans]) },
    );
    assertEquals([evaluated.code, evaluated.stderr], [0, ""]);

    const short = { profile: { symbols: ["A"] } };
    const wrong = `${folder}/wrong.json`;
    await Deno.writeTextFile(wrong, '{"symbols":{}}');
    for (
      const [outcome, said] of [
        [await score([], "--model", bare), "--profile FILE says it"],
        [await score([HEADER], "--model", bare), "--profile FILE says it"],
        [await score([short], "--model", bare), "its profile names"],
        [await score([], "--model", bare, "--profile", wrong), "--profile: "],
        [await score([], "--profile", list), "--profile describes a --model"],
      ] as const
    ) {
      assertEquals([outcome.code, outcome.stdout], [2, ""]);
      assert(/^neurald: [^\n]+\n$/.test(outcome.stderr), outcome.stderr);
      assertStringIncludes(outcome.stderr, said);
    }
  });
});

Deno.test("scans of other metatokens than the model's are refused", async () => {
  await using host = await trainedHost();
  await inFolder(async (folder) => {
    const model = `${folder}/model.rnm`;
    await exportModel(host, model);
    const { code, stderr } = await neurald(["score", "--model", model], {
      input: linesOf([
        mail("spam", 1),
        mail("spam", 1, { metatokens: new Array(26).fill(0.1) }),
      ]),
    });
    assertEquals(code, 2);
    assertStringIncludes(stderr, "-: line 2: metatokens of version 1");
  });
});

Deno.test("a reader that has seen enough is no mistake", async () => {
  await using host = await trainedHost();
  await inFolder(async (folder) => {
    const model = `${folder}/model.rnm`;
    await exportModel(host, model);
    const { plain } = await writeScans(folder, mails(3000));
    const child = command(["score", "--model", model, "--json", plain], {
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    await reader.cancel();
    const stderr = await new Response(child.stderr).text();
    assertEquals(stderr, "");
    assertEquals((await child.status).code, 1);
  });
});
