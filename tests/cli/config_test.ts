import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { command, inFolder, neurald } from "./neurald.ts";

const GOOD = `
servers = "localhost";
rules {
  LONG { train { max_trains = 5k; } symbol_spam = L; symbol_ham = LH; }
  SHORT { ann_expire = 1d; }
}
`;
const WRONG = "ann_expire = soon;\nrule { }\n";

Deno.test("config check says whether a configuration is good", () =>
  inFolder(async (folder) => {
    const good = `${folder}/good.conf`;
    await Deno.writeTextFile(good, GOOD);
    for (const args of [[good], ["--config", good], ["-"], ["--config", "-"]]) {
      const { code, stdout } = await neurald(
        ["config", "check", ...args],
        { input: GOOD },
      );
      assertEquals([code, stdout], [
        0,
        "the configuration is good; rules: LONG, SHORT\n",
      ]);
    }
    const defaults = await neurald(["config", "check"]);
    assertEquals(
      defaults.stdout,
      "no file is named, and the defaults are good; rules: default\n",
    );
    const both = await neurald(["config", "check", good, "--config", good]);
    assertEquals([both.code, both.stdout], [2, ""]);
    assertStringIncludes(both.stderr, "one file is needed, not two");
  }));

Deno.test("standard input is bounded, and UTF-8", async () => {
  const long = await neurald(["config", "check", "-"], {
    input: "# é\n".repeat(300_000),
  });
  assertEquals(
    [long.code, long.stderr],
    [2, "-:1:1: error: cannot read this file: longer than 1048576 bytes\n"],
  );
  const latin1 = await neurald(["config", "check", "-"], {
    input: Uint8Array.of(10, 0xe9),
  });
  assertEquals(
    [latin1.code, latin1.stderr],
    [2, "-:1:1: error: cannot read this file: line 2 is not UTF-8 text\n"],
  );
});

Deno.test("a daemon says that standard input cannot be read again", () =>
  inFolder(async (folder) => {
    const child = command([
      ...["serve", "--config", "-", "--listen", `unix:${folder}/socket`],
      ...["--store", `sqlite:${folder}/neurald.sqlite`],
    ], {
      stdin: "piped",
      stdout: "null",
      stderr: "piped",
      signal: AbortSignal.timeout(60_000),
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(GOOD));
    await writer.close();
    let log = "";
    for await (
      const text of child.stderr.pipeThrough(new TextDecoderStream())
    ) {
      log += text;
      if (text.includes("ready")) child.kill("SIGHUP");
      if (text.includes("reloaded")) child.kill("SIGTERM");
    }
    assertEquals((await child.status).code, 0);
    assertStringIncludes(log, "standard input cannot be read again");
  }));

Deno.test("config check tells everything that is wrong, by line", () =>
  inFolder(async (folder) => {
    const wrong = `${folder}/wrong.conf`;
    await Deno.writeTextFile(wrong, WRONG);
    const { code, stdout, stderr } = await neurald(["config", "check", wrong]);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, `${wrong}:1:`);
    assertStringIncludes(stderr, `${wrong}:2:`);
    assertStringIncludes(stderr, "rules");
    const json = await neurald(["config", "check", wrong, "--json"]);
    assertEquals([json.code, json.stderr], [2, ""]);
    const { ok, problems } = JSON.parse(json.stdout);
    assertEquals(ok, false);
    assertEquals(problems.length, 2);
    for (const [i, problem] of problems.entries()) {
      const { severity, file, line, key, message } = problem;
      assertEquals([severity, file, line], ["error", wrong, i + 1]);
      assert(key.length > 0 && message.length > 0);
    }
    const good = await neurald(["config", "check", "-", "--json"], {
      input: GOOD,
    });
    assertEquals(JSON.parse(good.stdout).ok, true);
  }));

Deno.test("config show fills in the defaults, and reads what it has written", async () => {
  const shown = await neurald(["config", "show", "-"], { input: GOOD });
  assertEquals(shown.code, 0);
  assertStringIncludes(shown.stdout, "max_trains = 5000; # -:4:");
  assertStringIncludes(shown.stdout, "watch_interval = 60; # default");
  const again = await neurald(["config", "show", "-", "--json"], {
    input: shown.stdout,
  });
  assertEquals(again.code, 0);
  const first = await neurald(["config", "show", "-", "--json"], {
    input: GOOD,
  });
  const values = (text: string) =>
    Object.entries(JSON.parse(text) as Record<string, { value: unknown }>)
      .map(([name, { value }]) => [name, value]);
  assertEquals(values(again.stdout), values(first.stdout));
});

Deno.test("config show hides passwords", async () => {
  const input = 'password = "secret1"; ' +
    'neurald { store = "redis://user:secret2@host/0"; }';
  for (const args of [["show", "-"], ["show", "-", "--json"], ["check", "-"]]) {
    const { code, stdout, stderr } = await neurald(
      ["config", ...args],
      { input },
    );
    assertEquals(code, 0);
    assert(!/secret/.test(stdout + stderr), stdout);
  }
});

Deno.test("config show of a wrong configuration shows what is wrong", async () => {
  const { code, stdout, stderr } = await neurald(["config", "show", "-"], {
    input: WRONG,
  });
  assertEquals([code, stdout], [2, ""]);
  assertStringIncludes(stderr, "-:1:");
  const json = await neurald(["config", "show", "-", "--json"], {
    input: WRONG,
  });
  assertEquals([json.code, json.stderr], [2, ""]);
  const { ok, problems } = JSON.parse(json.stdout);
  assertEquals([ok, problems.length], [false, 2]);
});

Deno.test("config check finds what would keep the Redis from being used", async () => {
  const wrong: [config: string, problem: string][] = [
    ['servers = "a:x";', '1:11: error: redis { servers }: "a:x" is no server'],
    ["redis {\n servers = a;\n db = two;\n}", "3:7: error: the database"],
    ["servers = a; username = u;", "1:25: error: redis { username } needs a"],
    ["servers = a; ssl = on; ssl_key = k;", "1:34: error: redis { ssl_cert }"],
    [
      "servers = a; write_servers = [];",
      "1:30: error: redis { write_servers }",
    ],
    [
      'neurald { store = "redis://secret@a"; }',
      "1:19: error: the user of a Redis needs a password too",
    ],
    [
      "redis {\n servers = a; cluster = on;\n db = 1;\n}",
      "3:7: error: a Redis Cluster has no database but 0",
    ],
    [
      'neurald { store = "redis+cluster://:secret@a,b/1"; }',
      "1:19: error: a Redis Cluster has no database but 0",
    ],
    [
      'neurald { store = "redis+cluster://:secret@a,b:x"; }',
      "1:19: error: redis+cluster: this is no address",
    ],
    [
      "redis { servers = a; cluster = on;\n read_servers = b; }",
      "2:17: error: redis { read_servers } and write_servers make no sense",
    ],
    [
      "redis { servers = a; cluster = on;\n write_servers = b; }",
      "2:18: error: redis { read_servers } and write_servers make no sense",
    ],
    [
      "redis { servers = a; cluster = on;\n sentinels = b; }",
      "2:14: error: redis { sentinels } make no sense with a cluster",
    ],
    [
      'redis { cluster = on;\n servers = "/s"; }',
      "2:12: error: /s: a Redis Cluster is named by hosts and ports",
    ],
  ];
  for (const [input, problem] of wrong) {
    const { code, stderr } = await neurald(["config", "check", "-"], { input });
    assertEquals(code, 2, input);
    assertStringIncludes(stderr, `-:${problem}`);
    assert(!stderr.includes("secret"), stderr);
  }
  const { code, stdout } = await neurald(["config", "check", "-", "--json"], {
    input: wrong[0][0],
  });
  assertEquals([code, JSON.parse(stdout).problems.length], [2, 1]);
  // Where the store is another one, it does not matter.
  const other = await neurald(["config", "check", "-"], {
    input: 'servers = "a:x"; neurald { store = "sqlite:x"; }',
  });
  assertEquals(other.code, 0);
});
