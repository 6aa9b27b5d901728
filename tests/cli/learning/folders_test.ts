import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Host } from "../../daemon/host.ts";
import { Maildir } from "../../mail/maildir.ts";
import { messageText } from "../../mail/milter.ts";
import { inFolder } from "../neurald.ts";
import { filtered, learn, summaryOf } from "./command.ts";

const QUIET = "watch_interval = 1h;";

Deno.test("folders of every kind are learned, several at once, and known afterwards", async () => {
  await using host = await Host.start(QUIET);
  await inFolder(async (folder) => {
    const maildir = await Maildir.make(`${folder}/maildir`);
    for (let i = 0; i < 10; i++) await maildir.deliver(filtered("spam", i));
    await Deno.mkdir(`${folder}/plain/inner`, { recursive: true });
    await Deno.writeTextFile(`${folder}/plain/inner/1`, filtered("spam", 10));
    await Deno.writeTextFile(
      `${folder}/mbox`,
      Array.from(
        { length: 600 },
        (_, i) => `From a Mon Jan  1 10:00:00 2024\n${filtered("ham", i)}\n`,
      ).join(""),
    );
    await Deno.writeTextFile(`${folder}/one.eml`, filtered("ham", 600));
    const args = [
      ...["--server", host.url],
      ...["--spam", maildir.path, `--spam=${folder}/plain`],
      ...["--ham", `${folder}/mbox`, "--ham", `${folder}/one.eml`],
    ];
    const tried = await learn(folder, ...args, "--dry-run");
    assertEquals([tried.code, tried.stderr], [
      0,
      "nothing was sent (--dry-run)\n",
    ]);
    const first = await learn(folder, ...args);
    assertEquals([first.code, first.stderr], [0, ""]);
    assertEquals(
      first.stdout,
      "learned 11 spam and 601 ham of 612 messages\n",
    );
    assertEquals(tried.stdout, first.stdout);
    const second = await learn(folder, ...args);
    assertEquals(second.code, 0);
    assertEquals(
      second.stdout,
      "learned 0 spam and 0 ham of 612 messages\n  612 were known\n",
    );
    const again = await summaryOf(folder, ...args, "--again");
    assertEquals([again.known, again.alike], [0, 612]);
    // What one daemon knows, another one does not.
    await using other = await Host.start(QUIET);
    const { learned } = await summaryOf(
      folder,
      ...["--server", other.url, "--spam", maildir.path],
    );
    assertEquals(learned, { spam: 10, ham: 0 });
  });
  const { fresh } = (await host.network()).pool!;
  assertEquals(fresh, { spam: 11, ham: 601 });
});

Deno.test("a message that was moved is learned otherwise", async () => {
  await using host = await Host.start(QUIET);
  await inFolder(async (folder) => {
    const spam = await Maildir.make(`${folder}/Junk`);
    const ham = await Maildir.make(`${folder}/Archive`);
    const name = await ham.deliver(filtered("ham", 1));
    await ham.deliver(filtered("ham", 2));
    const args = ["--server", host.url, "--spam", spam.path, "--ham", ham.path];
    await summaryOf(folder, ...args);
    await ham.move(name, spam);
    const { code, stdout } = await learn(folder, ...args);
    assertEquals([code, stdout], [
      0,
      "learned 1 spam and 0 ham of 2 messages; 1 of them were learned otherwise before\n  1 were known\n",
    ]);
  });
  assertEquals((await host.network()).pool?.fresh, { spam: 1, ham: 1 });
});

Deno.test("copies are learned once, and in both folders as what is read first", async () => {
  await using host = await Host.start(QUIET);
  await inFolder(async (folder) => {
    const spam = await Maildir.make(`${folder}/Junk`);
    const ham = await Maildir.make(`${folder}/Archive`);
    await spam.deliver(filtered("spam", 1));
    await spam.deliver(filtered("spam", 1));
    // Another id, and the same in all else.
    await spam.deliver(filtered("spam", 1).replace("spam.1@", "other@"));
    await spam.deliver(filtered("spam", 2));
    await ham.deliver(filtered("spam", 2));
    const args = ["--server", host.url, "--ham", ham.path, "--spam", spam.path];
    const once = await summaryOf(folder, ...args);
    assertEquals(once.learned, { spam: 2, ham: 0 });
    assertEquals([once.duplicates, once.contradictory], [2, 1]);
    const twice = await summaryOf(folder, ...args);
    assertEquals(twice.learned, { spam: 0, ham: 0 });
    assertEquals([twice.known, twice.contradictory], [2, 1]);
  });
});

Deno.test("what cannot be used is told by its reason, with the first few", async () => {
  await using host = await Host.start(QUIET);
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/mail`);
    for (let i = 0; i < 5; i++) {
      await Deno.writeTextFile(
        `${folder}/mail/${i}`,
        messageText({ id: `${i}` }),
      );
    }
    await Deno.writeTextFile(`${folder}/mail/5`, "");
    await Deno.writeFile(`${folder}/mail/6`, new Uint8Array(1e6).fill(7));
    const none = await learn(
      folder,
      ...["--server", host.url, "--ham", `${folder}/mail`],
    );
    assertEquals([none.code, none.stderr], [1, ""]);
    assertEquals(
      none.stdout,
      `learned 0 spam and 0 ham of 7 messages
  5 not: no X-Spamd-Result and no X-Spam-Status in its headers
    ${folder}/mail/0
    ${folder}/mail/1
    ${folder}/mail/2
    and 2 more
  1 not: it is empty
    ${folder}/mail/5
  1 not: it is no message: it has no header
    ${folder}/mail/6
`,
    );
    await Deno.writeTextFile(`${folder}/mail/7`, filtered("ham", 7));
    const { learned, unusable } = await summaryOf(
      folder,
      ...["--server", host.url, "--ham", `${folder}/mail`],
    );
    assertEquals(learned, { spam: 0, ham: 1 });
    assertEquals(unusable.map(({ messages }) => messages), [5, 1, 1]);
  });
});

Deno.test("what neurald refuses is told, and tried again", async () => {
  await using host = await Host.start(`${QUIET} blacklisted_symbols = ["A"];`);
  await inFolder(async (folder) => {
    const path = `${folder}/x.eml`;
    const header = "X-Spamd-Result: default: False [1.00 / 15.00]; A(1.00)[]";
    await Deno.writeTextFile(path, messageText({ headers: [header] }));
    const args = ["--server", host.url, "--ham", path];
    for (let i = 0; i < 2; i++) {
      const { code, stdout } = await learn(folder, ...args);
      assertEquals(code, 1);
      assertStringIncludes(
        stdout,
        "1 not: not learned: the scan has no symbol",
      );
    }
  });
});

Deno.test("an empty folder is no failure", async () => {
  await using host = await Host.start(QUIET);
  await inFolder(async (folder) => {
    const { path } = await Maildir.make(`${folder}/Junk`);
    const { code, stdout } = await learn(
      folder,
      ...["--server", host.url, "--spam", path],
    );
    assertEquals([code, stdout], [
      0,
      "learned 0 spam and 0 ham of 0 messages\n",
    ]);
  });
});

Deno.test("a filter is believed alone where it is named", async () => {
  await using host = await Host.start(QUIET);
  await inFolder(async (folder) => {
    const path = `${folder}/x.eml`;
    await Deno.writeTextFile(path, filtered("ham", 1));
    const args = ["--server", host.url, "--ham", path];
    const { code, stdout } = await learn(
      folder,
      ...args,
      ...["--filter", "spamassassin"],
    );
    assertEquals(code, 1);
    assertStringIncludes(stdout, "no X-Spam-Status in its headers");
    assertEquals((await learn(folder, ...args, "--filter=rspamd")).code, 0);
  });
});

Deno.test("what is used wrongly is told before anything is read", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/x.eml`, filtered("ham", 1));
    const file = `${folder}/x.eml`;
    const misuses: [args: string[], said: string][] = [
      [["--spam", "/no/such"], "--spam: there is no file or folder /no/such"],
      [["--spam", "/dev/null"], "it is no folder and no regular file"],
      [["--ham", file, "--spam", file], `--ham: ${file} is named twice`],
      [["--ham", file, "scans"], "scans is of no use with --spam or --ham"],
      [["--ham", file, "--class", "ham"], "--class is of use with FILE"],
      [["--ham="], "--ham needs a value: PATH"],
      [[folder], `${folder} is a folder; say what its messages are: --spam`],
      [["--watch"], "--watch is of use with --spam PATH or --ham PATH only"],
      [["--ham", file, "--rspamd", "x"], "--rspamd: http://HOST:PORT"],
      [
        ["--ham", file, "--rspamd-password-file", file],
        "--rspamd-password-file is of use with --rspamd only",
      ],
      [
        ["--ham", file, "--rspamd", "http://x", "--filter", "rspamd"],
        "--filter is of use with no --rspamd only",
      ],
      [["--ham", file, "--watch", "--dry-run"], "--dry-run is of use with"],
    ];
    for (const [args, said] of misuses) {
      const { code, stdout, stderr } = await learn(folder, ...args);
      assertEquals([code, stdout], [2, ""], `${args}`);
      assertStringIncludes(stderr, said);
      assert(/^[^\n]+\n$/.test(stderr), stderr);
    }
  }));

Deno.test("a daemon that is away is told, and nothing is lost", () =>
  inFolder(async (folder) => {
    const path = `${folder}/x.eml`;
    await Deno.writeTextFile(path, filtered("ham", 1));
    const url = "http://127.0.0.1:9";
    const { code, stderr } = await learn(
      folder,
      ...["--server", url, "--ham", path],
    );
    assertEquals(code, 1);
    assertStringIncludes(stderr, `no neurald answers at ${url}`);
  }));
