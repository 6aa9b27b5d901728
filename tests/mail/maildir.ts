/**
 * Maildirs for tests.
 *
 * @module
 */

/** A Maildir. */
export class Maildir {
  readonly path: string;
  #delivered = 0;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes one. */
  static async make(path: string): Promise<Maildir> {
    for (const part of ["cur", "new", "tmp"]) {
      await Deno.mkdir(`${path}/${part}`, { recursive: true });
    }
    return new Maildir(path);
  }

  /** Delivers a message, and gives the name of its file. */
  async deliver(text: string | Uint8Array, flags?: string): Promise<string> {
    const number = `${++this.#delivered}`.padStart(6, "0");
    const unique = `1700000000.M${number}P1.host`;
    const temporary = `${this.path}/tmp/${unique}`;
    if (typeof text === "string") await Deno.writeTextFile(temporary, text);
    else await Deno.writeFile(temporary, text);
    const name = flags === undefined
      ? `new/${unique}`
      : `cur/${unique}:2,${flags}`;
    await Deno.rename(temporary, `${this.path}/${name}`);
    return name;
  }

  /** Moves a message into another one, as a mail server does. */
  async move(name: string, to: Maildir): Promise<string> {
    const moved = `cur/1700000000.M${crypto.randomUUID()}P2.host:2,S`;
    await Deno.rename(`${this.path}/${name}`, `${to.path}/${moved}`);
    return moved;
  }
}
