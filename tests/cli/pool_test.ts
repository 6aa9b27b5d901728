import { assertEquals, assertMatch } from "@std/assert";
import { Host } from "../daemon/host.ts";
import { mail, mails } from "../engine/mail.ts";
import { neurald } from "./neurald.ts";

const QUIET = "watch_interval = 1h;";

Deno.test("pools are shown as tables for people", async () => {
  await using host = await Host.start(
    `rules { A { ${QUIET} train { max_trains = 20; } } B { ${QUIET} } }`,
  );
  await host.postLines("/v1/learn?rule=A", [
    ...mails(12),
    { ...mail("spam", 20), source: "folder" },
    { ...mail("spam", 21), class: undefined },
    { ...mail("ham", 22), class: undefined },
  ]);
  const { code, stdout, stderr } = await neurald([
    "pool",
    "--server",
    host.url,
  ]);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(
    stdout.replaceAll(/\b\d+ s\b/g, "0 s").split("\n"),
    [
      "rule A (balanced, max_trains 20)",
      "  settings default, metatokens of version 3",
      "    samples  class  state  source  oldest  newest",
      "         12  spam   fresh  hand    0 s     0 s",
      "          1  spam   fresh  folder  0 s     0 s",
      "         12  ham    fresh  hand    0 s     0 s",
      "    next training: 7 spam and 8 ham are missing",
      "  not learned, since 0 s ago",
      "    times  class  because of",
      "        2  -      verdict",
      "",
      "rule B (balanced, max_trains 1000)",
      "  nothing has been learned yet",
      "",
    ],
  );
});

Deno.test("one rule is shown alone, also as JSON", async () => {
  await using host = await Host.start(
    `rules { A { ${QUIET} } B { ${QUIET} } }`,
  );
  const args = ["pool", "--server", host.url, "--rule", "B"];
  assertEquals(
    (await neurald(args)).stdout.split("\n")[0].slice(0, 6),
    "rule B",
  );
  const { code, stdout } = await neurald([...args, "--json"]);
  assertEquals(code, 0);
  assertEquals(JSON.parse(stdout).rules.B.max_trains, 1000);
  const unknown = await neurald(["pool", "--server", host.url, "--rule", "C"]);
  assertEquals(unknown.code, 1);
  assertMatch(unknown.stderr, /there is no rule "C"; there are: A, B/);
});

Deno.test("without a server there is no pool to show", async () => {
  const { code, stderr } = await neurald([
    "pool",
    "--server",
    "http://127.0.0.1:1",
  ]);
  assertEquals(code, 1);
  assertMatch(stderr, /no neurald answers at http:\/\/127.0.0.1:1/);
});
