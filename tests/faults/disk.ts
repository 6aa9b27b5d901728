/**
 * A small disk of its own for a test, where the system allows that.
 *
 * @module
 */

/** A file system in memory, for root on Linux. */
export class Disk {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes one; nothing, and the reason printed, where that is not allowed. */
  static async make(megabytes: number): Promise<Disk | undefined> {
    if (Deno.build.os !== "linux" || Deno.uid() !== 0) {
      // deno-lint-ignore no-console
      console.log("skipped: only root on Linux can make a disk for a test");
      return undefined;
    }
    const path = await Deno.makeTempDir({ prefix: "neurald-test-" });
    const size = `size=${megabytes}m`;
    if (await run("mount", ["-t", "tmpfs", "-o", size, "tmpfs", path])) {
      return new Disk(path);
    }
    await Deno.remove(path);
    // deno-lint-ignore no-console
    console.log("skipped: no file system can be mounted here");
  }

  /** Makes it writable or not; nobody may be writing. */
  async allowWriting(isAllowed: boolean): Promise<void> {
    const mode = `remount,${isAllowed ? "rw" : "ro"}`;
    if (!await run("mount", ["-o", mode, this.path])) {
      throw new Error(`${this.path} cannot be mounted again`);
    }
  }

  /** Leaves no space. */
  fill(): void {
    using file = Deno.openSync(`${this.path}/ballast`, {
      write: true,
      create: true,
    });
    for (const size of [2 ** 20, 4096]) {
      const bytes = new Uint8Array(size);
      try {
        for (;;) file.writeSync(bytes);
      } catch {
        // No more of these.
      }
    }
  }

  /** Gives the space back. */
  free(): void {
    Deno.removeSync(`${this.path}/ballast`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run("umount", ["-l", this.path]);
    await Deno.remove(this.path);
  }
}

async function run(program: string, args: string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(program, {
      args,
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false;
  }
}
