import { assert, assertEquals } from "@std/assert";
import { command, inFolder, neurald } from "../cli/neurald.ts";
import { bearer, HASHES, TOKENS } from "../http/access/tokens.ts";
import { RedisServer } from "../store/redis/server.ts";
import { DaemonProcess } from "./process.ts";
import { until } from "./until.ts";

const PASSWORD = "hunter2-of-redis";

/** Everything that nobody may read anywhere but in the configuration. */
const SECRETS = [
  PASSWORD,
  "hunter2-of-sentinel",
  "hunter2-of-url",
  "hunter2-of-provider",
  "hunter2-of-guard",
  "hunter2-of-query",
  ...Object.values(TOKENS),
  ...Object.values(HASHES),
  // The part that would do.
  ...Object.values(HASHES).map((hash) => hash.split(":")[3]),
];

/** What is read besides. */
const MORE_PATHS = [
  "/v1/pool",
  "/v1/models",
  "/readyz",
  "/metrics",
  "/plugins/neural/config",
];

/** A configuration that has them all. */
function configuration(store: string): string {
  return `
    external_model {
      url = "https://u:hunter2-of-url@127.0.0.1:1/x?hunter2-of-query";
      allow_private = true; }
    providers = [{ type = llm; api_key = "hunter2-of-provider" }]
    ${store}
    neurald { log_level = debug
      guards { site { url = "http://u:hunter2-of-guard@127.0.0.1:9/?hunter2-of-query" } }
      tokens {
      monitor { hash = "${HASHES.read}"; access = read }
      filter { hash = "${HASHES.write}"; access = write }
    } }`;
}

/** Fails where a text has one of them. */
function assertNone(text: string, where: string): void {
  const told = SECRETS.filter((secret) => text.includes(secret));
  assertEquals(told, [], where);
}

Deno.test("no secret is shown by config or doctor, whether right or wrong", async () => {
  const good = configuration(`redis {
    servers = "127.0.0.1:1"; password = "${PASSWORD}";
    sentinel_password = "hunter2-of-sentinel"; }`);
  const texts = [
    good,
    good.replace("access = read", "access = reed"),
    good.replaceAll("scrypt:", "skrypt:"),
    good.replaceAll('hash = "scrypt', 'hsh = "scrypt'),
    good.replace(`password = "${PASSWORD}"`, `password = ["${PASSWORD}"]`),
    good.replace("tokens {", "token {"),
    good.replace(/tokens \{/, `tokens { "" = "${HASHES.read}"; `),
    good.replace("monitor {", `monitor = "${TOKENS.read}"; other {`),
    good.slice(0, good.indexOf(HASHES.read) + 40),
  ];
  for (const [i, input] of texts.entries()) {
    for (const action of ["show", "check"]) {
      for (const json of [[], ["--json"]]) {
        const { stdout, stderr } = await neurald(
          ["config", action, "-", ...json],
          { input },
        );
        assert((stdout + stderr).length > 10);
        assertNone(stdout + stderr, `${action} ${i}`);
      }
    }
    const { stdout, stderr } = await neurald(
      ["doctor", "--config", "-", "--json"],
      { input },
    );
    assert(stdout.startsWith('{"findings":['), stderr);
    assertNone(stdout + stderr, `doctor ${i}`);
  }
});

Deno.test("no secret is told by the daemon, nor when it is killed", () =>
  inFolder(async (folder) => {
    await using redis = await RedisServer.start(["--requirepass", PASSWORD]);
    const config = `${folder}/neurald.conf`;
    await Deno.writeTextFile(
      config,
      configuration(`redis {
        servers = "127.0.0.1:${redis.port}"; password = "${PASSWORD}"; }`),
    );
    const ways = [["human", "SIGTERM"], ["json", "SIGABRT"]] as const;
    for (const [format, end] of ways) {
      await using daemon = await DaemonProcess.run(
        command([
          ...["serve", "--listen", "127.0.0.1:0", "--config", config],
          ...["--log-format", format],
        ], {
          stdin: "null",
          stdout: "null",
          stderr: "piped",
        }),
      );
      const answers: string[] = [];
      const tokens = [undefined, TOKENS.write, TOKENS.read, `${TOKENS.read}x`];
      const paths = ["/v1/status", "/v1/score", "/v1/learn", "/v1/train"];
      for (const token of tokens) {
        for (const path of [...paths, ...MORE_PATHS]) {
          const response = await fetch(daemon.url + path, {
            method: paths.indexOf(path) > 0 ? "POST" : "GET",
            body: paths.indexOf(path) > 0 ? TOKENS.read : undefined,
            headers: token === undefined ? {} : bearer(token),
          });
          answers.push(JSON.stringify([...response.headers]));
          answers.push(await response.text());
        }
      }
      daemon.signal("SIGHUP");
      await until("it reloads", () => daemon.stderr.includes("reloaded"));
      await daemon.end(end);
      // What a client sent itself may come back in "this is not JSON".
      assertNone(daemon.stderr, `the log, ${format}`);
      assertNone(answers.join("\n").replaceAll(TOKENS.read, ""), "answers");
    }
  }));

/** What only the message knows, and nobody may read in the log. */
const CONTENT = {
  symbols: { ROUND: { score: 9, options: ["content-of-option"] } },
  subject: "content-of-subject",
  user: "content-of-user@example.org",
  ip: "203.0.113.77",
  message_id: "content-of-id@example.org",
  variables: { "content-of-variable": 1 },
  score: 30,
  action: "reject",
};

Deno.test("no content of a message is logged, and no secret when all fails", () =>
  inFolder(async (folder) => {
    const config = `${folder}/neurald.conf`;
    for (const format of ["human", "json", "journal"]) {
      await using redis = await RedisServer.start(["--requirepass", PASSWORD]);
      const store = `redis://:${PASSWORD}@127.0.0.1:${redis.port}`;
      await Deno.writeTextFile(
        config,
        configuration(`watch_interval = 100ms;
          autolearn { enabled = true; spam_score = 20; ham_score = -5; }`)
          .replace("neurald {", `neurald { store = "${store}"; `),
      );
      await using daemon = await DaemonProcess.run(
        command([
          ...["serve", "--listen", "127.0.0.1:0", "--config", config],
          ...["--log-format", format],
        ], { stdin: "null", stdout: "null", stderr: "piped" }),
      );
      const paths = ["/v1/score", "/v1/learn", "/explain", "/v1/train"];
      const content = JSON.stringify(CONTENT);
      const bodies = [
        content,
        JSON.stringify({ ...CONTENT, class: "spam" }),
        content.slice(1),
      ];
      const askAll = async () => {
        for (const token of [TOKENS.write, TOKENS.read, `${TOKENS.read}x`]) {
          for (
            const path of [...paths, "/content-of-path?a=content-of-query"]
          ) {
            for (const body of bodies) {
              const response = await fetch(daemon.url + path, {
                method: "POST",
                body,
                headers: {
                  ...bearer(token),
                  "x-request-id": "content of header",
                  "user-agent": "content-of-agent",
                },
              });
              await response.body?.cancel();
            }
          }
        }
      };
      await askAll();
      await redis.stop();
      await askAll();
      await until(
        "it says so",
        () => daemon.stderr.includes("the store fails"),
      );
      await daemon.end("SIGTERM");
      assert(daemon.stderr.includes("a guard gave no answer"), daemon.stderr);
      assert(daemon.stderr.includes("debug"), daemon.stderr);
      assertNone(daemon.stderr, format);
      const told = /.*(content.of|203\.0\.113\.77).*/.exec(daemon.stderr)?.[0];
      assertEquals(told, undefined, format);
    }
  }));

Deno.test("no secret is told where the store refuses it", async () => {
  const url = "redis://user:hunter2-of-url@127.0.0.1:1/0";
  const input = configuration(`redis { password = "${PASSWORD}"; }`);
  for (const store of [["--store", url], ["--store", `x${url}`]]) {
    const { code, stderr } = await neurald(
      ["serve", "--listen", "127.0.0.1:0", "--config", "-", ...store],
      { input },
    );
    assert(code !== 0);
    assertNone(stderr, stderr);
  }
});
