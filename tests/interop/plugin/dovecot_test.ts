import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Host } from "../../daemon/host.ts";
import { RedisServer } from "../../store/redis/server.ts";
import { makeMessages } from "../messages.ts";
import { RspamdHost } from "../rspamd.ts";
import { lacksDovecot, Mailboxes, teachScript } from "./dovecot.ts";
import { ignore, startWithPlugin } from "./plugin.ts";
import { Recorder } from "./recorder.ts";
import { answer, Trouble } from "./trouble.ts";

const [spam] = makeMessages(1, 21).map(({ text }) => `${text}`);

/** Runs the script as Sieve does: the message on its standard input. */
async function teach(
  script: string,
  args: string[],
  message = spam,
): Promise<{ code: number; stderr: string }> {
  const child = new Deno.Command("sh", {
    args: ["-c", script, "neurald-teach", ...args],
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const [{ code, stderr }] = await Promise.all([
    child.output(),
    // Used wrongly, it ends before it has read.
    writer.write(new TextEncoder().encode(message))
      .then(() => writer.close()).catch(() => {}),
  ]);
  return { code, stderr: new TextDecoder().decode(stderr) };
}

Deno.test("neurald-teach has rspamd scan a message and teach neurald", {
  ignore,
}, async () => {
  await using redis = await RedisServer.start();
  await using host = await Host.start("watch_interval = 1h;");
  await using recorder = new Recorder(host.url);
  await using rspamd = await startWithPlugin(recorder.url, {
    redisPort: redis.port,
  });
  const script = await teachScript(`127.0.0.1:${rspamd.port}`);
  for (const mailClass of ["spam", "ham"]) {
    const { code, stderr } = await teach(script, [mailClass]);
    assertEquals([code, stderr], [0, ""]);
    const { scan, answer } = recorder.to("/v1/learn").at(-1)!;
    assertEquals(scan.class, mailClass);
    assertEquals(scan.metatokens.length, 26);
    assert(answer.learned);
  }
  assertEquals((await teach(script, ["junk"])).code, 64);
  assertEquals((await teach(script, [])).code, 64);
});

Deno.test(
  "neurald-teach says why a message was not learned",
  { ignore },
  async () => {
    await using redis = await RedisServer.start();
    using neurald = new Trouble(
      answer('{"learned":false,"reason":"it is full","results":[]}'),
    );
    await using rspamd = await startWithPlugin(neurald.url, {
      redisPort: redis.port,
    });
    const script = await teachScript(`127.0.0.1:${rspamd.port}`);
    assertEquals(await teach(script, ["spam"]), {
      code: 1,
      stderr: "not learned: it is full\n",
    });
    neurald.behave = answer("", 500);
    const failed = await teach(script, ["spam"]);
    assertEquals([failed.code, failed.stderr], [75, "failed: status 500\n"]);

    const away = await teach(await teachScript("127.0.0.1:1"), ["spam"]);
    assertEquals(away.code, 75);
    assertStringIncludes(away.stderr, "Connection refused");
    await using other = await RspamdHost.start({
      redisPort: redis.port,
      trains: false,
    });
    const without = await teach(
      await teachScript(`127.0.0.1:${other.port}`),
      ["spam"],
    );
    assertEquals(without.code, 75);
    assertStringIncludes(without.stderr, "does not have the plugin");
  },
);

Deno.test("moving a message to Junk and back teaches neurald", {
  ignore: ignore || lacksDovecot(),
}, async () => {
  await using redis = await RedisServer.start();
  await using host = await Host.start("watch_interval = 1h;");
  await using recorder = new Recorder(host.url);
  await using rspamd = await startWithPlugin(recorder.url, {
    redisPort: redis.port,
  });
  await using mailboxes = await Mailboxes.make(`127.0.0.1:${rspamd.port}`);
  const classes = () => recorder.to("/v1/learn").map(({ scan }) => scan.class);

  const there = await mailboxes.move(spam, ["Junk"]);
  assertEquals(classes(), ["spam"], there);
  const back = await mailboxes.move(spam, ["Junk", "INBOX"]);
  assertEquals(classes(), ["spam", "spam", "ham"], back);
  // What is thrown away is no ham; the other way round, it is spam.
  const away = await mailboxes.move(spam, ["Junk", "Trash", "Junk"]);
  assertEquals(classes().slice(3), ["spam", "spam"], away);
  for (const output of [there, back, away]) {
    assert(!/error/i.test(output), output);
  }
});
