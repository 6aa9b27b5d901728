/**
 * A user's mail in a real Dovecot, with the recipe of `contrib/dovecot`.
 *
 * @module
 */

import { assert } from "@std/assert";
import { existsSync } from "node:fs";

/** Dovecot's IMAP server, which also talks over pipes, without logins. */
const IMAP = "/usr/lib/dovecot/imap";
const SIEVE_PLUGIN = "/usr/lib/dovecot/modules/lib95_imap_sieve_plugin.so";

const CONTRIB = new URL("../../../contrib/dovecot/", import.meta.url);
const INSTALLED = "/usr/local/lib/neurald";

/** IMAP refuses to serve root: `nobody`, as Debian has it. */
const NOBODY = 65534;

const TIMEOUT_MS = 30_000;

/** Whether Dovecot and Pigeonhole are missing; says so. */
export function lacksDovecot(): boolean {
  const missing = [IMAP, SIEVE_PLUGIN].find((path) => !existsSync(path));
  // deno-lint-ignore no-console
  if (missing) console.log(`skipped: there is no ${missing}`);
  return missing !== undefined;
}

/** The script that Sieve runs, for a rspamd that listens at an address. */
export async function teachScript(rspamd: string): Promise<string> {
  const text = await Deno.readTextFile(new URL("neurald-teach", CONTRIB));
  const known = "127.0.0.1:11333";
  assert(text.includes(known));
  return text.replace(known, rspamd);
}

/** A user's folders, in a temporary one. */
export class Mailboxes {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param rspamd where moved messages are scanned */
  static async make(rspamd: string): Promise<Mailboxes> {
    const folder = await Deno.makeTempDir({ prefix: "neurald-test-" });
    await Deno.mkdir(`${folder}/lib`);
    const inFolder = async (name: string) =>
      (await Deno.readTextFile(new URL(name, CONTRIB)))
        .replaceAll(INSTALLED, `${folder}/lib`);
    for (const name of ["learn-spam.sieve", "learn-ham.sieve"]) {
      await Deno.writeTextFile(`${folder}/lib/${name}`, await inFolder(name));
    }
    await Deno.writeTextFile(
      `${folder}/lib/neurald-teach`,
      await teachScript(rspamd),
      { mode: 0o755 },
    );
    const isRoot = Deno.uid() === 0;
    const owner = isRoot ? NOBODY : Deno.uid();
    await Deno.writeTextFile(
      `${folder}/dovecot.conf`,
      [
        `base_dir = ${folder}/run`,
        `mail_location = maildir:${folder}/mail`,
        `mail_uid = ${owner}`,
        `mail_gid = ${isRoot ? NOBODY : Deno.gid()}`,
        "first_valid_gid = 0",
        "ssl = no",
        "namespace inbox {\n  inbox = yes",
        ...["Junk", "Trash"].map((name) =>
          `  mailbox ${name} {\n    auto = create\n  }`
        ),
        "}",
        await inFolder("90-neurald.conf"),
      ].join("\n"),
    );
    if (isRoot) {
      for (const path of [folder, `${folder}/lib`]) {
        await Deno.chown(path, NOBODY, NOBODY);
      }
    }
    return new Mailboxes(folder);
  }

  /**
   * Puts a message into INBOX, and moves it from there through folders.
   *
   * @returns what the server said, errors of Sieve included
   */
  async move(message: string, through: string[]): Promise<string> {
    const length = new TextEncoder().encode(message).length;
    const moves = ["INBOX", ...through].slice(0, -1).flatMap((from, i) => [
      `SELECT ${from}`,
      `MOVE * ${through[i]}`,
    ]);
    const commands = [
      `APPEND INBOX {${length}+}\r\n${message}`,
      ...moves,
      "LOGOUT",
    ].map((command, i) => `${i} ${command}\r\n`);
    const child = new Deno.Command(IMAP, {
      args: ["-c", `${this.#folder}/dovecot.conf`],
      env: { USER: "bob", HOME: this.#folder },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(commands.join("")));
    await writer.close();
    const { stdout, stderr } = await child.output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return text(stdout) + text(stderr);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }
}
