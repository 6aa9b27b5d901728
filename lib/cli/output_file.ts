/**
 * Files that commands write.
 *
 * @module
 */

import { dirname } from "node:path";
import { UsageError } from "./usage_error.ts";

/** A file that is written whole or not at all. */
export class OutputFile {
  #flag: string;
  #path: string;

  /** @param flag what the file was named by, for messages */
  constructor(flag: string, path: string) {
    this.#flag = flag;
    this.#path = path;
  }

  /**
   * Looks whether it can be written, before hard work is done for it.
   *
   * @throws {UsageError} when it cannot
   */
  async check(): Promise<void> {
    if (this.#path === "-") {
      throw new UsageError(
        `${this.#flag}: a file is needed, not standard output; ./- is a file of that name`,
      );
    }
    await this.#try(async () => {
      const info = await statOf(this.#path);
      if (info && !info.isFile) throw new Error("it is no regular file");
      await Deno.remove(
        await Deno.makeTempFile({
          dir: dirname(this.#path),
          prefix: ".neurald-",
        }),
      );
    });
  }

  /**
   * Writes it; where it is a link, what the link leads to.
   *
   * @throws {UsageError} when that is not possible
   */
  async write(content: Uint8Array): Promise<void> {
    await this.#try(async () => {
      const isThere = await statOf(this.#path) !== undefined;
      const path = isThere ? await Deno.realPath(this.#path) : this.#path;
      const unfinished = `${path}.${crypto.randomUUID()}`;
      try {
        await Deno.writeFile(unfinished, content);
        await Deno.rename(unfinished, path);
      } catch (error) {
        await Deno.remove(unfinished).catch(() => {});
        throw error;
      }
    });
  }

  async #try(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      throw new UsageError(
        `${this.#flag}: cannot write ${this.#path}: ${
          (error as Error).message
        }`,
      );
    }
  }
}

async function statOf(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
