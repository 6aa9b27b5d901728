import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Host } from "../../daemon/host.ts";
import { TOKENS, WITH_TOKENS } from "../../http/access/tokens.ts";
import { RedisServer } from "../../store/redis/server.ts";
import { makeMessages } from "../messages.ts";
import { RspamdHost } from "../rspamd.ts";
import { ignore, startWithPlugin, withPlugin } from "./plugin.ts";
import { answer, Trouble } from "./trouble.ts";

const [{ text }] = makeMessages(1, 31);

Deno.test("the plugin asks over a Unix socket", { ignore }, async () => {
  await using redis = await RedisServer.start();
  const path = await Deno.makeTempDir({ prefix: "neurald-test-" });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(path, { recursive: true }));
  const listen = { path: `${path}/socket` };
  const host = await Host.start("watch_interval = 1h;", { listen });
  stack.use(host);
  await using rspamd = await startWithPlugin(host.url, {
    redisPort: redis.port,
  });
  assertStringIncludes(host.url, "unix:/");
  const { neurald } = await rspamd.scan(text, undefined, {
    "ANN-Train": "spam",
  });
  assertEquals(neurald, "learned as spam");
  // A socket that is not there fails at once, as a port does.
  await host.stop();
  const { symbols } = await rspamd.scan(text);
  assert(Object.keys(symbols).length > 3);
  assertStringIncludes(rspamd.log, "/v1/score failed 1 times");
});

Deno.test("the plugin sends its token", { ignore }, async () => {
  await using redis = await RedisServer.start();
  await using host = await Host.start(`watch_interval = 1h; ${WITH_TOKENS}`);
  await using rspamd = await startWithPlugin(host.url, {
    redisPort: redis.port,
    // To look at a token takes a moment, the first time.
    options: `token = "${TOKENS.write}"; timeout = 10s;`,
  });
  const teach = async () =>
    (await rspamd.scan(text, undefined, { "ANN-Train": "spam" })).neurald ?? "";
  assertEquals(await teach(), "learned as spam");
  assert(!rspamd.log.includes("failed"), rspamd.log);
  await rspamd.reload(withPlugin(host.url, {
    redisPort: redis.port,
    options: `token = "${TOKENS.read}";`,
  }));
  assertStringIncludes(await teach(), "failed: status 403: this token allows");
  await rspamd.reload(withPlugin(host.url, { redisPort: redis.port }));
  assertStringIncludes(await teach(), "failed: status 401: a token is needed");
});

/** Options that are wrong, and what is said of them. */
const WRONG = {
  "timeout = soon;": "timeout: a time is needed",
  "explain = 2.5;": "explain: a whole number up to 20 is needed",
  'token = "two words";': "token: one word of ASCII is needed",
  "tiemout = 1;": "tiemout: there is no such option",
  "symbols { NEURAL_UP { } }": "symbols.NEURAL_UP: { weight = 1.0; } is needed",
  'url = "http://no-such-host.invalid:11336";': "cannot be found",
};

Deno.test("the plugin says what is wrong with its options, and is off", {
  ignore,
}, async () => {
  await using redis = await RedisServer.start();
  using neurald = new Trouble(answer(""));
  const redisPort = redis.port;
  await using rspamd = await RspamdHost.start({ redisPort, trains: false });
  for (const [wrong, expected] of Object.entries(WRONG)) {
    const { url } = neurald;
    const options = withPlugin(url, { redisPort, options: wrong });
    if (wrong.startsWith("url")) {
      options.files!["rspamd.conf.local"] = `neurald { ${wrong} }`;
    }
    const before = rspamd.log.length;
    await rspamd.reload(options);
    assertStringIncludes(rspamd.log.slice(before), expected);
    await rspamd.scan(text);
  }
  assertEquals(neurald.connections, 0);
});

Deno.test("composites know what neurald says", { ignore }, async () => {
  await using redis = await RedisServer.start();
  using neurald = new Trouble(
    answer('{"results":[{"symbol":"NEURAL_SPAM","score":0.5}]}'),
  );
  await using rspamd = await startWithPlugin(neurald.url, {
    redisPort: redis.port,
    files: {
      "local.d/composites.conf":
        'SURE_SPAM { expression = "NEURAL_SPAM & RCVD_COUNT_ONE"; score = 2.0; }',
    },
  });
  const { symbols } = await rspamd.scan(text);
  assert(symbols.SURE_SPAM, Object.keys(symbols).join(" "));
});
