import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Host } from "../../daemon/host.ts";
import { pause, until } from "../../daemon/until.ts";
import { Maildir } from "../../mail/maildir.ts";
import { inFolder } from "../neurald.ts";
import { filtered, Following } from "./command.ts";

const QUIET = "watch_interval = 1h;";
/** Issue 5: a message that is moved is corrected within this. */
const MOST_MS = 1000;

/** Runs a test with two Maildirs that are followed. */
async function following(
  test: (
    given: { host: Host; spam: Maildir; ham: Maildir; watch: Following },
  ) => Promise<void>,
): Promise<void> {
  await using host = await Host.start(QUIET, {
    listen: { hostname: "127.0.0.1", port: freePort() },
  });
  await inFolder(async (folder) => {
    const spam = await Maildir.make(`${folder}/Junk`);
    const ham = await Maildir.make(`${folder}/Archive`);
    await ham.deliver(filtered("ham", 0));
    await using watch = new Following(
      folder,
      ...["--watch", "--server", host.url],
      ...["--spam", spam.path, "--ham", ham.path],
    );
    await watch.said("learned 0 spam and 1 ham of 1 messages\n");
    await test({ host, spam, ham, watch });
  });
}

/** One that a daemon gets back after a restart. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

async function poolOf(host: Host) {
  return (await host.network()).pool!.fresh;
}

Deno.test("what comes is learned, and what is moved is corrected, within a second", () =>
  following(async ({ host, spam, ham, watch }) => {
    const name = await ham.deliver(filtered("ham", 1));
    await watch.said("learned 0 spam and 1 ham of 1 messages\nlearned 0 spam");
    assertEquals(await poolOf(host), { spam: 0, ham: 2 });
    let begin = performance.now();
    const moved = await ham.move(name, spam);
    await until("it is spam", async () => (await poolOf(host)).spam === 1);
    assert(performance.now() - begin < MOST_MS);
    assertEquals(await poolOf(host), { spam: 1, ham: 1 });
    await watch.said("1 of them were learned otherwise before");
    begin = performance.now();
    await spam.move(moved, ham);
    await until("it is ham", async () => (await poolOf(host)).ham === 2);
    assert(performance.now() - begin < MOST_MS);
    assertEquals(await watch.end("SIGTERM"), 0);
    assertEquals(watch.stderr, "");
  }));

Deno.test("a message that is read or flagged is not taught again", () =>
  following(async ({ spam, watch }) => {
    const name = await spam.deliver(filtered("spam", 1));
    await watch.said("learned 1 spam");
    const before = watch.stdout;
    const read = `${spam.path}/cur/${name.slice("new/".length)}:2,`;
    await Deno.rename(`${spam.path}/${name}`, `${read}S`);
    await pause(300);
    await Deno.rename(`${read}S`, `${read}FS`);
    // Longer than it takes it to look without an event.
    await pause(2500);
    assertEquals(watch.stdout, before);
    assertEquals(await watch.end("SIGINT"), 0);
  }));

Deno.test("a daemon that is away is told once, and waited for", () =>
  following(async ({ host, spam, watch }) => {
    await host.stop();
    await spam.deliver(filtered("spam", 1));
    await watch.noted("no neurald answers");
    await spam.deliver(filtered("spam", 2));
    await pause(2500);
    assertEquals(watch.stderr.match(/no neurald answers/g)?.length, 1);
    await host.restart();
    await watch.said("learned 2 spam and 0 ham of 2 messages");
    await watch.noted("it answers again");
    assertEquals(await poolOf(host), { spam: 2, ham: 1 });
    assertEquals(await watch.end("SIGTERM"), 0);
  }));

Deno.test("a folder that goes and comes back is followed on", () =>
  following(async ({ spam, watch }) => {
    await Deno.rename(spam.path, `${spam.path}.gone`);
    await watch.noted(`there is no file or folder ${spam.path}`);
    const back = await Maildir.make(spam.path);
    await watch.noted(`${spam.path} is back`);
    await pause(200);
    const begin = performance.now();
    await back.deliver(filtered("spam", 1));
    await watch.said("learned 1 spam");
    assert(performance.now() - begin < MOST_MS);
  }));

Deno.test("a plain folder and a mailbox that grow are followed, too", () =>
  inFolder(async (folder) => {
    await using host = await Host.start(QUIET);
    await Deno.mkdir(`${folder}/plain`);
    const mbox = (number: number) =>
      `From a Mon Jan  1 10:00:00 2024\n${filtered("ham", number)}\n`;
    await Deno.writeTextFile(`${folder}/mbox`, mbox(1));
    const args = ["--spam", `${folder}/plain`, "--ham", `${folder}/mbox`];
    const all = ["--watch", "--server", host.url, ...args];
    {
      await using watch = new Following(folder, ...all);
      await watch.said("learned 0 spam and 1 ham of 1 messages");
      await Deno.writeTextFile(`${folder}/mbox`, mbox(2), { append: true });
      await watch.said(
        "learned 0 spam and 1 ham of 2 messages\n  1 were known",
      );
      await Deno.mkdir(`${folder}/plain/inner`);
      await Deno.writeTextFile(`${folder}/plain/inner/1`, filtered("spam", 1));
      await watch.said("learned 1 spam and 0 ham");
      assertEquals(await watch.end("SIGTERM"), 0);
    }
    await using watch = new Following(folder, ...all, "--json");
    await watch.said("}\n");
    assertEquals(JSON.parse(watch.stdout).known, 3);
  }));

Deno.test("what will not be otherwise ends it", () =>
  inFolder(async (folder) => {
    await using host = await Host.start(QUIET);
    const maildir = await Maildir.make(`${folder}/Junk`);
    await maildir.deliver(filtered("spam", 1));
    await using watch = new Following(
      folder,
      ...["--watch", "--server", host.url, "--rule", "NONE"],
      ...["--spam", maildir.path],
    );
    await watch.noted("answered 404");
    assertStringIncludes(watch.stderr, "NONE");
  }));
