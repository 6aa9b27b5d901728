import { assert, assertEquals, assertRejects } from "@std/assert";
import { listMail } from "../../lib/mail/folder.ts";
import type { MailMessage, UnusableMessage } from "../../lib/mail/message.ts";
import { readMessageFile } from "../../lib/mail/message_file.ts";
import { headerValues, MOST_HEADER_BYTES } from "../../lib/mail/headers.ts";
import { inFolder } from "../cli/neurald.ts";
import { Maildir } from "./maildir.ts";
import { messageText } from "./milter.ts";

/** Paths below a folder of the files in it. */
async function pathsIn(path: string): Promise<string[]> {
  const { files } = await listMail(path);
  return files.map((file) => file.path.slice(path.length + 1));
}

function read(
  path: string,
  wanted: "head" | "whole" = "head",
): Promise<(MailMessage | UnusableMessage)[]> {
  return Array.fromAsync(readMessageFile(path, wanted));
}

/** What is wrong with the only message of a file. */
async function unusable(path: string): Promise<string> {
  const [message] = await read(path);
  assert("unusable" in message, "it can be used");
  assertEquals(message.place, path);
  return message.unusable;
}

async function usable(
  path: string,
  wanted: "head" | "whole" = "head",
): Promise<MailMessage> {
  const [message] = await read(path, wanted);
  assert("headers" in message, JSON.stringify(message));
  return message;
}

const digestsOf = async (path: string) => (await usable(path)).digests;

Deno.test("of a Maildir, cur and new are read, but for what is deleted", () =>
  inFolder(async (folder) => {
    const maildir = await Maildir.make(`${folder}/mail`);
    const seen = await maildir.deliver("A: 1\n\n", "S");
    const fresh = await maildir.deliver("A: 2\n\n");
    const deleted = await maildir.deliver("A: 3\n\n", "ST");
    await Deno.writeTextFile(`${maildir.path}/tmp/x`, "A: 4\n\n");
    await Deno.writeTextFile(`${maildir.path}/dovecot.index`, "A: 5\n\n");
    await Maildir.make(`${maildir.path}/.Junk`)
      .then((inner) => inner.deliver("A: 6\n\n"));
    assertEquals(await pathsIn(maildir.path), [seen, fresh]);
    const { leftOut } = await listMail(maildir.path);
    assertEquals(leftOut, [{
      path: `${maildir.path}/${deleted}`,
      reason: "it is marked as deleted (flag T)",
    }]);
    assertEquals((await pathsIn(`${maildir.path}/.Junk`)).length, 1);
  }));

Deno.test("a message of a Maildir that is read or flagged is no other one", () =>
  inFolder(async (folder) => {
    const maildir = await Maildir.make(folder);
    const { path } = maildir;
    const name = await maildir.deliver("A: 1\n\n");
    const [before] = (await listMail(path)).files;
    const read = `${path}/cur/${name.slice("new/".length)}:2,S`;
    await Deno.rename(`${path}/${name}`, read);
    const [after] = (await listMail(path)).files;
    assertEquals([before.key, after.path], [after.key, read]);
  }));

Deno.test("plain folders are read with the folders in them", () =>
  inFolder(async (folder) => {
    const maildir = await Maildir.make(`${folder}/inner/mail`);
    const delivered = await maildir.deliver("A: 1\n\n");
    await Deno.writeTextFile(`${folder}/b.eml`, "A: 1\n\n");
    await Deno.writeTextFile(`${folder}/inner/a.eml`, "A: 1\n\n");
    await Deno.writeTextFile(`${folder}/.hidden`, "A: 1\n\n");
    await Deno.symlink("b.eml", `${folder}/c.eml`);
    await Deno.symlink("..", `${folder}/inner/circle`);
    await Deno.symlink("nowhere", `${folder}/d.eml`);
    assertEquals(await pathsIn(folder), [
      "b.eml",
      "c.eml",
      "inner/a.eml",
      `inner/mail/${delivered}`,
    ]);
    const { leftOut } = await listMail(folder);
    assertEquals(leftOut.map(({ path, reason }) => [path, reason]), [
      [`${folder}/d.eml`, "it is no longer there"],
      [`${folder}/inner/circle`, "it is a link to a folder"],
    ]);
    const [before] = (await listMail(`${folder}/b.eml`)).files;
    await Deno.writeTextFile(`${folder}/b.eml`, "more", { append: true });
    const [after] = (await listMail(`${folder}/b.eml`)).files;
    assert(before.key !== after.key);
  }));

Deno.test("what is no folder and no file is refused", async () => {
  await assertRejects(() => listMail("/no/such"), Deno.errors.NotFound);
  await assertRejects(() => listMail("/dev/null"), Error, "no regular file");
});

Deno.test("what is no message is told", () =>
  inFolder(async (folder) => {
    const path = `${folder}/x`;
    assertEquals(await unusable(path), "it is no longer there");
    await Deno.writeTextFile(path, "");
    assertEquals(await unusable(path), "it is empty");
    await Deno.writeTextFile(path, "\n\n");
    assertEquals(await unusable(path), "it is no message: it has no header");
    await Deno.remove(path);
    await Deno.mkdir(path);
    assert((await unusable(path)).startsWith("it cannot be read: "));
  }));

Deno.test("of long messages only what is wanted is read", () =>
  inFolder(async (folder) => {
    const path = `${folder}/x`;
    const headers = Array.from(
      { length: 1500 },
      (_, i) => `X-${i}: ${"x".repeat(100)}`,
    );
    const body = "body\n".repeat(1e6);
    await Deno.writeTextFile(path, messageText({ headers, id: "1@a", body }));
    const { size } = await Deno.stat(path);
    const head = await usable(path);
    assertEquals([head.size, head.messageId], [size, "1@a"]);
    assert(head.bytes.length < 600_000, `${head.bytes.length} bytes`);
    assertEquals((await usable(path, "whole")).bytes.length, size);
    headers.push(...headers, ...headers);
    await Deno.writeTextFile(path, messageText({ headers, id: "1@a", body }));
    const excess = await usable(path);
    assertEquals(excess.messageId, undefined);
    assert(excess.bytes.length <= MOST_HEADER_BYTES + 2 ** 20);
    assertEquals(headerValues(excess.headers, "x-0").length, 2);
  }));

Deno.test("the messages of a mailbox are read, and numbered", () =>
  inFolder(async (folder) => {
    const path = `${folder}/mbox`;
    const text = Array.from(
      { length: 500 },
      (_, i) =>
        `From a Mon Jan  1 10:00:00 2024\n${
          messageText({ id: `${i}@a`, body: "x\n".repeat(i) })
        }\n`,
    ).join("");
    await Deno.writeTextFile(path, text);
    const messages = await read(path);
    assertEquals(messages.length, 500);
    for (const [i, message] of messages.entries()) {
      assert("headers" in message);
      assertEquals(message.messageId, `${i}@a`);
      assertEquals(message.place, `${path}: message ${i + 1}`);
    }
  }));

Deno.test("copies of a message are told by its id or by what it says", () =>
  inFolder(async (folder) => {
    let files = 0;
    const digests = async (parts: Parameters<typeof messageText>[0]) => {
      const path = `${folder}/${files++}`;
      await Deno.writeTextFile(path, messageText(parts));
      return await digestsOf(path);
    };
    const first = await digests({ id: "1@a", body: "one\n" });
    assertEquals(first.length, 2);
    const sameId = await digests({ id: "1@a", body: "two\n" });
    assertEquals(sameId[0], first[0]);
    assert(sameId[1] !== first[1]);
    const headers = ["X-Spam-Status: Yes"];
    assertEquals(await digests({ body: "one\n", headers }), [first[1]]);
    for (const other of [{ subject: "x" }, { from: "x" }, { body: "x\n" }]) {
      const [, content] = await digests({ id: "2@a", body: "one\n", ...other });
      assert(content !== first[1], JSON.stringify(other));
    }
    const long = "x\n".repeat(100_000);
    const [longer] = await digests({ body: long + "y" });
    assert(longer !== (await digests({ body: long }))[0]);
  }));

Deno.test("an id is without its brackets, and may be none", () =>
  inFolder(async (folder) => {
    const cases: [value: string, id: string | undefined][] = [
      ["<a@b>", "a@b"],
      [" < a@b > ", "a@b"],
      ["a@b", "a@b"],
      ["<>", undefined],
      ["undef", undefined],
      ["x".repeat(999), undefined],
    ];
    for (const [value, id] of cases) {
      await Deno.writeTextFile(`${folder}/x`, `Message-ID: ${value}\n\nx`);
      assertEquals((await usable(`${folder}/x`)).messageId, id, value);
    }
  }));
