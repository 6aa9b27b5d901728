import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { oneLine, type Report } from "../../../lib/cli/doctor/finding.ts";
import { linesOfReport } from "../../../lib/cli/doctor/lines_of_report.ts";
import { DaemonProcess } from "../../daemon/process.ts";
import { freePort } from "../../store/redis/server.ts";
import { inFolder, neurald } from "../neurald.ts";

/** A store, an address and a home of its own. */
function flagsIn(folder: string): string[] {
  return [
    ...["--store", `sqlite:${folder}/neurald.sqlite`],
    ...["--listen", `127.0.0.1:${freePort()}`],
  ];
}

Deno.test("doctor prints what is well, and ends well", () =>
  inFolder(async (folder) => {
    const flags = flagsIn(folder);
    const { code, stdout, stderr } = await neurald(["doctor", ...flags]);
    assertEquals([code, stderr], [0, ""], stdout);
    assertMatch(stdout, /^\[ok\] {4}configuration defaults: it can be used/);
    assertMatch(stdout, /\n {9,}→ neurald learn --spam/);
    assertMatch(stdout, /\n\n(\d+ notes?, )?\d+ ok\n$/);
    assert(!stdout.includes("\x1b"));
    assertEquals([...Deno.readDirSync(folder)], []);
  }));

Deno.test("doctor as JSON is one object, and errors fail", () =>
  inFolder(async (folder) => {
    const config = `${folder}/neurald.conf`;
    await Deno.writeTextFile(config, "max_trains = ;\ntrian { }");
    const outcome = await neurald(
      ["doctor", "--config", config, "--json", ...flagsIn(folder)],
    );
    assertEquals([outcome.code, outcome.stderr], [1, ""]);
    const { findings, summary }: Report = JSON.parse(outcome.stdout);
    assertEquals(outcome.stdout.split("\n").length, 2);
    assert(summary.error >= 1);
    assertEquals(
      findings.filter(({ level }) => level === "error").length,
      summary.error,
    );
    const [first] = findings;
    assertEquals(first.check, "configuration");
    assertEquals(first.subject?.startsWith(`${config}:1:`), true);
    // What needs no configuration is looked at all the same.
    assert(findings.some(({ check }) => check === "systemd"));
    assert(!findings.some(({ check }) => check === "store"));
  }));

Deno.test("a warning fails only where it has to", () =>
  inFolder(async (folder) => {
    const config = `${folder}/neurald.conf`;
    // It has no effect: the store is another one.
    await Deno.writeTextFile(config, 'redis { password = "x"; }');
    const args = ["doctor", "--config", config, ...flagsIn(folder)];
    assertEquals((await neurald(args)).code, 0);
    assertEquals((await neurald([...args, "--strict"])).code, 1);
  }));

Deno.test("doctor that is used wrongly ends with 2", async () => {
  for (
    const args of [
      ["--listen", "nowhere"],
      ["--store", "nothing"],
      ["--jsno"],
      ["file"],
    ]
  ) {
    const { code, stdout, stderr } = await neurald(["doctor", ...args]);
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, /^neurald: [^\n]+\n$/);
  }
});

Deno.test("doctor knows the daemon that runs, and tells no password", () =>
  inFolder(async (folder) => {
    const path = `${folder}/neurald.sqlite`;
    const config = `${folder}/neurald.conf`;
    await Deno.writeTextFile(
      config,
      `redis { password = "hunter2"; sentinel_password = "hunter2"; }`,
    );
    await using server = await DaemonProcess.start({ store: path, config });
    const listen = new URL(server.url).host;
    const { code, stdout } = await neurald([
      ...["doctor", "--config", config, "--store", `sqlite:${path}`],
      ...["--listen", listen],
    ]);
    assertEquals(code, 0, stdout);
    assertMatch(stdout, /address +127\.0\.0\.1:\d+: neurald \S+ answers/);
    assert(!stdout.includes("hunter2"), stdout);
  }));

Deno.test("what others have named cannot steer a terminal", () => {
  const unit = fc.constantFrom("\x1b[31m", "\n", "\u202e", "\x9b2J", "ü", "a ");
  const text = fc.string({ unit, maxLength: 2_000 });
  fc.assert(fc.property(text, (text) => {
    const shown = oneLine(text);
    assert(!/[\p{Cc}\p{Bidi_Control}]/u.test(shown), JSON.stringify(shown));
    assert(shown.length <= 601);
  }));
  assertEquals(oneLine("a\x1b[31m\nb"), "a?[31m b");
});

Deno.test("marks tell levels apart, with colours and without", () => {
  const report: Report = {
    findings: [
      { check: "a", level: "ok", message: "fine" },
      { check: "a", level: "error", subject: "b", message: "bad", fix: "do" },
      { check: "longer", level: "warning", message: "hm" },
    ],
    summary: { ok: 1, note: 0, warning: 1, error: 1 },
  };
  const lines = [
    "[ok]    a      fine",
    "[ERROR]        b: bad",
    "               → do",
    "[!]     longer hm",
    "",
    "1 error, 1 warning, 1 ok",
  ];
  assertEquals(linesOfReport(report, false), lines);
  // deno-lint-ignore no-control-regex
  const plain = (line: string) => line.replaceAll(/\x1b\[[\d;]*m/g, "");
  const coloured = linesOfReport(report, true);
  assertEquals(coloured.map(plain), lines);
  assert(coloured[1].startsWith("\x1b[31;1m"));
});
