import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Host } from "../daemon/host.ts";
import { mail, mails } from "../engine/mail.ts";
import { HEADER, linesOf, writeScans } from "./labelled.ts";
import { inFolder, neurald } from "./neurald.ts";

const QUIET = "watch_interval = 1h;";

Deno.test("a file of scans is learned, and summed up", async () => {
  await using host = await Host.start(QUIET);
  await inFolder(async (folder) => {
    const { plain, packed } = await writeScans(folder, mails(600));
    const first = await neurald(["learn", "--server", host.url, packed]);
    assertEquals([first.code, first.stderr], [0, ""]);
    assertEquals(first.stdout, "learned 600 spam and 600 ham of 1200 scans\n");
    const again = await neurald(["learn", "--server", host.url, plain]);
    assertEquals(again.code, 0);
  });
  assertEquals((await host.network()).pool?.fresh, { spam: 600, ham: 600 });
});

Deno.test("a class is said once for all, and counts more than the scan's", async () => {
  await using host = await Host.start(QUIET);
  const { code, stdout } = await neurald(
    ["learn", "--server", host.url, "--class", "ham", "--json"],
    { input: JSON.stringify(mails(5)) },
  );
  assertEquals(code, 0);
  assertEquals(JSON.parse(stdout), {
    learned: { spam: 0, ham: 10 },
    refused: {},
  });
  assertEquals((await host.network()).pool?.fresh, { spam: 0, ham: 10 });
});

Deno.test("only the rule that is named is taught", async () => {
  await using host = await Host.start(
    `rules { A { ${QUIET} } B { ${QUIET} } }`,
  );
  const { code } = await neurald(
    ["learn", "--server", host.url, "--rule", "B"],
    { input: linesOf(mails(5)) },
  );
  assertEquals(code, 0);
  const { rules } = await host.status();
  assertEquals(rules.A.networks, []);
  assertEquals(rules.B.networks[0].pool?.fresh, { spam: 5, ham: 5 });
});

Deno.test("what is refused is told by its reason, and nothing learned is a failure", async () => {
  await using host = await Host.start(QUIET);
  const scans = mails(3).map(({ class: _, ...scan }) => scan);
  const args = ["learn", "--server", host.url];
  const none = await neurald(args, { input: linesOf(scans) });
  assertEquals(none.code, 1);
  assertEquals(
    none.stdout,
    "learned 0 spam and 0 ham of 6 scans\n  6 not: verdict: uncertain\n",
  );
  const some = await neurald([...args, "--json"], {
    input: linesOf([...scans, mail("spam", 9), mail("ham", 9, { rule: "x" })]),
  });
  assertEquals(some.code, 0);
  const { learned, refused } = JSON.parse(some.stdout);
  assertEquals(learned, { spam: 1, ham: 0 });
  assertEquals(refused["verdict: uncertain"], 6);
  assertEquals(Object.keys(refused).length, 2);
});

Deno.test("a header is passed over", async () => {
  await using host = await Host.start(QUIET);
  const { code, stdout, stderr } = await neurald(
    ["learn", "--server", host.url],
    { input: linesOf([HEADER, ...mails(5)]) },
  );
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout, "learned 5 spam and 5 ham of 10 scans\n");
});

Deno.test("a file with a wrong line teaches nothing, a stream what is before it", async () => {
  await using host = await Host.start(QUIET);
  await inFolder(async (folder) => {
    const scans = [...mails(300), { symbols: 7 }];
    const { plain } = await writeScans(folder, scans);
    const args = ["learn", "--server", host.url];
    const file = await neurald([...args, plain]);
    assertEquals([file.code, file.stdout], [2, ""]);
    assertStringIncludes(file.stderr, `${plain}: line 601: symbols`);
    assertEquals((await host.status()).rules.default.networks, []);
    const stream = await neurald(args, { input: linesOf(scans) });
    assertEquals(stream.code, 2);
    assertEquals(
      stream.stdout,
      "learned 250 spam and 250 ham of the first 500 scans\n",
    );
    assertStringIncludes(stream.stderr, "-: line 601: symbols");
  });
  const { fresh } = (await host.network()).pool!;
  assertEquals(fresh, { spam: 250, ham: 250 });
});

Deno.test("a wrong line is told by its number", async () => {
  await using host = await Host.start(QUIET);
  const { code, stdout, stderr } = await neurald(
    ["learn", "--server", host.url],
    { input: linesOf(mails(2)) + "{}\n" },
  );
  assertEquals([code, stdout], [2, ""]);
  assertStringIncludes(stderr, "neurald: -: line 5: symbols: ");
  assert(/^[^\n]+\n$/.test(stderr), stderr);
});
