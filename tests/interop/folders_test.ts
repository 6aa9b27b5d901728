import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { findVerdict } from "../../lib/mail/find_verdict.ts";
import { readHeaders } from "../../lib/mail/headers.ts";
import { learn, summaryOf } from "../cli/learning/command.ts";
import { inFolder } from "../cli/neurald.ts";
import { Host } from "../daemon/host.ts";
import { Maildir } from "../mail/maildir.ts";
import { RedisServer } from "../store/redis/server.ts";
import { makeMessages } from "./messages.ts";
import { hasServers, RspamdHost, type RspamdScan } from "./rspamd.ts";

const ignore = !hasServers();

/** What rspamd answers to a mail server besides the scan. */
interface MilterAnswer extends RspamdScan {
  milter: { add_headers: Record<string, { value: string } | string> };
}

Deno.test(
  "the headers that rspamd adds tell what it answers",
  { ignore },
  async () => {
    await using redis = await RedisServer.start();
    await using rspamd = await RspamdHost.start({
      redisPort: redis.port,
      addsHeaders: true,
    });
    for (const { text } of makeMessages(10, 1)) {
      const scan = await rspamd.scan(text) as MilterAnswer;
      const headers = Object.entries(scan.milter.add_headers)
        .map(([name, header]) =>
          `${name}: ${typeof header === "string" ? header : header.value}`
        );
      const bytes = new TextEncoder().encode([...headers, text].join("\r\n"));
      const verdict = findVerdict(readHeaders(bytes));
      assert(typeof verdict !== "string", `${verdict}: ${headers}`);
      const found = Object.entries(verdict.symbols)
        .map(([name, [score]]) => [name, score]);
      // What fires afterwards is answered only.
      const expected = Object.entries(scan.symbols)
        .filter(([name]) => name in verdict.symbols)
        .map(([name, { score }]) => [name, Number(score.toFixed(2))]);
      assertEquals(Object.fromEntries(found), Object.fromEntries(expected));
      assert(
        found.length >= Object.keys(scan.symbols).length - 1,
        `${headers}`,
      );
      assertEquals(verdict.action, scan.action);
      assert(Math.abs(verdict.score! - scan.score) < 0.01);
    }
  },
);

Deno.test("a running rspamd scans what folders have", { ignore }, async () => {
  await using redis = await RedisServer.start();
  await using rspamd = await RspamdHost.start({ redisPort: redis.port });
  await using host = await Host.start("watch_interval = 1h;");
  await inFolder(async (folder) => {
    const maildirs = {
      spam: await Maildir.make(`${folder}/Junk`),
      ham: await Maildir.make(`${folder}/Archive`),
    };
    for (const { class: mailClass, text } of makeMessages(20, 1)) {
      await maildirs[mailClass].deliver(text);
    }
    const args = [
      ...["--server", host.url],
      ...["--spam", maildirs.spam.path, "--ham", maildirs.ham.path],
    ];
    const url = `http://127.0.0.1:${rspamd.port}`;
    const { learned, alike, unusable } = await summaryOf(
      folder,
      ...args,
      ...["--rspamd", url],
    );
    assertEquals([learned.spam + learned.ham + alike, unusable], [40, []]);
    assert(learned.spam > 10 && learned.ham > 10, JSON.stringify(learned));
    await rspamd.stop();
    const { code, stderr } = await learn(
      folder,
      ...args,
      ...["--again", "--rspamd", url],
    );
    assertEquals(code, 1);
    assertStringIncludes(stderr, `no rspamd answers at ${url}`);
  });
});
