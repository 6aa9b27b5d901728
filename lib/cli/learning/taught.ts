/**
 * What was taught before, so that nothing is taught twice.
 *
 * @module
 */

import { dirname } from "node:path";
import type { MailClass } from "../../features/mail_class.ts";
import { UsageError } from "../usage_error.ts";
import { DigestClasses } from "./digest_classes.ts";

/** First line of the file; another one is another format, or another file. */
const HEADER = "neurald learned 1";

const LETTERS: Record<MailClass, string> = { spam: "s", ham: "h" };
const LINE = /^([sh])((?: [\w+/]{11}){1,2})$/;

/**
 * A file that says of digests of messages what they were taught as. Lines are
 * only added, so that one that was cut off by a crash does not matter; it is
 * written anew (all or nothing) when half of them are out of date.
 */
export class Taught implements Disposable {
  readonly #classes: DigestClasses;
  readonly #file: Deno.FsFile | undefined;
  #lines: string[] = [];

  private constructor(classes: DigestClasses, file?: Deno.FsFile) {
    this.#classes = classes;
    this.#file = file;
  }

  /** One that forgets all at the end. */
  static nowhere(): Taught {
    return new Taught(new DigestClasses());
  }

  /**
   * Opens a file, which is made unless it is there.
   *
   * @param again whether what is in it does not count
   * @throws {UsageError} when it cannot be read or written, or is another file
   */
  static async open(path: string, again: boolean): Promise<Taught> {
    try {
      await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const { classes, lines, isTorn } = parse(await textOf(path), path);
      if (lines === 0 || lines > 2 * classes.size + 1000) {
        await writeAnew(path, classes);
      }
      const file = await Deno.open(path, { append: true });
      const taught = new Taught(again ? new DigestClasses() : classes, file);
      if (isTorn) taught.#lines.push("");
      return taught;
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(
        `cannot keep what was learned in ${path}: ${(error as Error).message}`,
      );
    }
  }

  /** What a message was taught as, if it was. */
  classOf(digests: readonly string[]): MailClass | undefined {
    return this.#classes.get(digests);
  }

  /** Notes that a message was taught. */
  note(digests: readonly string[], mailClass: MailClass): void {
    this.#classes.set(digests, mailClass);
    this.#lines.push(lineOf(mailClass, digests));
  }

  /**
   * Writes what was noted.
   *
   * @throws {UsageError} when that is not possible
   */
  save(): void {
    const text = this.#lines.map((line) => `${line}\n`).join("");
    this.#lines = [];
    const bytes = new TextEncoder().encode(text);
    try {
      for (let at = 0; this.#file && at < bytes.length;) {
        at += this.#file.writeSync(bytes.subarray(at));
      }
    } catch (error) {
      throw new UsageError(
        `cannot keep what was learned: ${(error as Error).message}`,
      );
    }
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file?.close();
  }
}

function lineOf(mailClass: MailClass, digests: readonly string[]): string {
  return [LETTERS[mailClass], ...digests].join(" ");
}

async function textOf(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

function parse(
  text: string,
  path: string,
): { classes: DigestClasses; lines: number; isTorn: boolean } {
  const classes = new DigestClasses();
  if (text === "") return { classes, lines: 0, isTorn: false };
  const [header, ...lines] = text.split("\n");
  if (header !== HEADER) {
    throw new UsageError(
      `${path} is not what neurald keeps there; move it away`,
    );
  }
  for (const line of lines) {
    const [, letter, digests] = LINE.exec(line) ?? [];
    if (digests === undefined) continue;
    const mailClass = letter === LETTERS.spam ? "spam" : "ham";
    classes.set(digests.trim().split(" "), mailClass);
  }
  return { classes, lines: lines.length, isTorn: !text.endsWith("\n") };
}

async function writeAnew(
  path: string,
  classes: DigestClasses,
): Promise<void> {
  const lines = [...classes]
    .map(([digest, mailClass]) => lineOf(mailClass, [digest]));
  const unfinished = `${path}.${crypto.randomUUID()}`;
  try {
    const text = [HEADER, ...lines, ""].join("\n");
    await Deno.writeTextFile(unfinished, text, { mode: 0o600 });
    await Deno.rename(unfinished, path);
  } catch (error) {
    await Deno.remove(unfinished).catch(() => {});
    throw error;
  }
}
