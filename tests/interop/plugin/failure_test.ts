import { assert, assertEquals } from "@std/assert";
import { DaemonProcess } from "../../daemon/process.ts";
import { until } from "../../daemon/until.ts";
import { RedisServer } from "../../store/redis/server.ts";
import { makeMessages } from "../messages.ts";
import type { RspamdHost, RspamdScan } from "../rspamd.ts";
import { ignore, startWithPlugin } from "./plugin.ts";
import { answer, bytes, drip, hang, keepAlive, Trouble } from "./trouble.ts";

/** The default of the plugin. */
const TIMEOUT_MS = 300;
/** A scan takes some milliseconds; on a machine that is busy, more. */
const NORMAL_MS = 2000;
const MAX_FAILURES = 5;

const messages = makeMessages(100, 12);

/** Scans a message, which has to be answered in time whatever neurald does. */
async function scanInTime(
  rspamd: RspamdHost,
  text: (typeof messages)[0]["text"],
): Promise<RspamdScan> {
  const begin = performance.now();
  const scan = await rspamd.scan(text);
  const durationMs = performance.now() - begin;
  assert(durationMs < TIMEOUT_MS + NORMAL_MS, `${durationMs} ms`);
  assert(Object.keys(scan.symbols).length > 3);
  return scan;
}

function isScored({ symbols }: RspamdScan): boolean {
  return (symbols.NEURAL_SPAM ?? symbols.NEURAL_HAM) !== undefined;
}

/** What the plugin logged. */
function linesOf({ log }: RspamdHost): string[] {
  return log.split("\n").filter((line) => line.includes(" neurald: "));
}

Deno.test(
  "a neurald that hangs holds up few of 200 messages",
  { ignore },
  async () => {
    await using redis = await RedisServer.start();
    using neurald = new Trouble(hang);
    await using rspamd = await startWithPlugin(neurald.url, {
      redisPort: redis.port,
      options: "retry_interval = 1min; learn = false;",
    });
    const begin = performance.now();
    for (const { text } of messages) {
      assert(!isScored(await scanInTime(rspamd, text)));
    }
    const durationMs = performance.now() - begin;
    // Else 200 timeouts are a minute.
    assert(durationMs < 30_000, `${durationMs} ms`);
    const asked = neurald.requests.filter((path) =>
      path.startsWith("/v1/score")
    );
    assertEquals(asked.length, MAX_FAILURES);
    const [first, second, ...others] = linesOf(rspamd);
    assert(first.includes("failed 1 times; the last time: IO timeout"), first);
    assert(second.includes("failed 5 times in a row"), second);
    assertEquals(others, []);
  },
);

Deno.test(
  "neurald stopped and killed while rspamd scans 200 messages is asked again when it is back",
  { ignore },
  async () => {
    await using redis = await RedisServer.start();
    const folder = await Deno.makeTempDir({ prefix: "neurald-test-" });
    await using stack = new AsyncDisposableStack();
    stack.defer(() => Deno.remove(folder, { recursive: true }));
    const store = `${folder}/neurald.sqlite`;
    const neurald = stack.use(await DaemonProcess.start({ store }));
    await using rspamd = await startWithPlugin(neurald.url, {
      redisPort: redis.port,
      options: "retry_interval = 0.5s;",
    });
    for (const { text, class: mailClass } of makeMessages(20, 13)) {
      const { neurald } = await rspamd.scan(text, undefined, {
        "ANN-Train": mailClass,
      });
      assertEquals(neurald, `learned as ${mailClass}`);
    }
    const trained = await (await neurald.post("/v1/train", "")).json();
    assert(trained.trained, JSON.stringify(trained));

    const iterator = messages.values();
    const scanSome = async (count: number) => {
      const scans = iterator.take(count).toArray()
        .map(({ text }) => scanInTime(rspamd, text));
      return (await Promise.all(scans)).filter(isScored).length;
    };
    const isBack = () =>
      until(
        "neurald is asked again",
        async () => isScored(await scanInTime(rspamd, messages[0].text)),
      );
    await isBack();
    neurald.signal("SIGSTOP");
    for (let i = 0; i < 10; i++) assertEquals(await scanSome(10), 0);
    neurald.signal("SIGCONT");
    await isBack();
    const { url } = neurald;
    await neurald.end("SIGKILL");
    for (let i = 0; i < 10; i++) assertEquals(await scanSome(10), 0);
    const listen = new URL(url).host;
    stack.use(await DaemonProcess.start({ store, listen }));
    await isBack();
    assert(linesOf(rspamd).some((line) => line.includes("answers again")));
  },
);

const result = (more: string) =>
  `{"results":[{"symbol":"NEURAL_SPAM","score":0.5},{${more}}]}`;

/** Answers that neurald never gives. */
const NONSENSE = {
  "no HTTP": bytes("\x00\x01\x02 hello\r\n\r\n"),
  "nothing": bytes(""),
  "half an answer": bytes(
    'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"results"',
  ),
  "a byte at a time": drip(50),
  "an error": answer(result(""), 500),
  "an error without a body": answer("", 503),
  "another status": answer(result(""), 302),
  "a refusal": answer('{"error":7}', 400),
  "an empty body": answer(""),
  "HTML": answer("<html><body>It works!</body></html>"),
  "a list": answer("[1,2,3]"),
  "a number": answer("7"),
  "no results": answer('{"result":[]}'),
  "results that are a text": answer('{"results":"NEURAL_SPAM"}'),
  "results that are numbers": answer('{"results":[1,2]}'),
  "deep lists": answer(`{"results":${"[".repeat(60_000)}`),
  "a long answer": answer(result(`"x":"${"x".repeat(3e6)}"`)),

  "a score that is no number": answer(
    result('"symbol":"NEURAL_HAM","score":"0.5"'),
  ),
  "NaN": answer(result('"symbol":"NEURAL_HAM","score":NaN')),
  "a score without end": answer(result('"symbol":"NEURAL_HAM","score":1e999')),
  "a score too high": answer(result('"symbol":"NEURAL_HAM","score":50')),
  "a score below 0": answer(result('"symbol":"NEURAL_HAM","score":-0.5')),
  "no score": answer(result('"symbol":"NEURAL_HAM"')),
};

Deno.test(
  "a neurald that answers nonsense has no symbol inserted",
  { ignore },
  async (t) => {
    await using redis = await RedisServer.start();
    using neurald = new Trouble();
    await using rspamd = await startWithPlugin(neurald.url, {
      redisPort: redis.port,
      // Each of them is to be asked for.
      options: "max_failures = 1000000; retry_interval = 1ms;",
    });
    const file = await Deno.makeTempFile({ prefix: "neurald-test-" });
    await using stack = new AsyncDisposableStack();
    stack.defer(() => Deno.remove(file));
    await Deno.writeTextFile(file, result('"x":1').slice(1, -1));
    const all = {
      ...NONSENSE,
      "a file of rspamd's host": answer(`.include "${file}"\n`),
    };
    const iterator = messages.values();
    for (const [name, behave] of Object.entries(all)) {
      neurald.behave = behave;
      await t.step(name, async () => {
        const asked = neurald.requests.length;
        for (const { text } of iterator.take(8)) {
          assert(!isScored(await scanInTime(rspamd, text)));
        }
        assert(neurald.requests.length >= asked + 8);
      });
    }
    await t.step("is told once a minute", () => {
      const paths = linesOf(rspamd).map((line) => line.split(" neurald: ")[1])
        .map((text) => text.split(" ")[0]);
      assertEquals(paths.toSorted(), ["/v1/learn", "/v1/score"]);
    });
    await t.step("ends when neurald answers sense", async () => {
      neurald.behave = answer(
        '{"results":[{"symbol":null,"score":0},{"symbol":"OTHER","score":1},{"symbol":"NEURAL_HAM","score":0.25,"contributions":[7,{"name":7},{"name":"A","contribution":"x"},{"name":"B","contribution":-0.256}]}]}',
      );
      const { symbols } = await scanInTime(rspamd, messages[0].text);
      assertEquals(symbols.NEURAL_HAM.score, -0.25);
      assertEquals(symbols.NEURAL_HAM.options, ["B -0.26"]);
      await scanInTime(rspamd, messages[1].text);
      const warnings = linesOf(rspamd).filter((line) => line.includes("OTHER"));
      assertEquals(warnings.length, 1);
    });
  },
);

Deno.test(
  "a connection is kept where the server says so",
  { ignore },
  async () => {
    await using redis = await RedisServer.start();
    using neurald = new Trouble(
      keepAlive('{"learned":true,"results":[]}'),
    );
    await using rspamd = await startWithPlugin(neurald.url, {
      redisPort: redis.port,
    });
    for (const { text } of messages.slice(0, 50)) await rspamd.scan(text);
    await until("all are learned", () => neurald.requests.length === 100);
    // One more is made when a score is wanted before the last learn is answered.
    assert(neurald.connections <= 5, `${neurald.connections} connections`);
    assertEquals(linesOf(rspamd), []);
  },
);
