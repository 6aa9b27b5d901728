/**
 * Tidying up after a test, whatever becomes of it.
 *
 * @module
 */

/**
 * Runs what it was told, the last first, once its input ends: with whoever
 * started it, however that was.
 */
const GUARD = `
trap '' INT TERM HUP
tidy=:
while IFS= read -r line; do tidy="$line
$tidy"; done
eval "$tidy" >/dev/null 2>&1
`;

/** A process that outlives a test that is killed, and tidies up after it. */
export class Guard implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;

  constructor() {
    this.#child = new Deno.Command("sh", {
      args: ["-c", GUARD],
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
  }

  /** Has a process end with the test. */
  process(pid: number): Promise<void> {
    return this.#tell(`kill -9 ${pid}`);
  }

  /** Has a folder removed, and what is mounted there. */
  folder(path: string): Promise<void> {
    return this.#tell(`umount -l '${path}'; rm -rf '${path}'`);
  }

  /** Has it tidy up what is left, and waits for that. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close();
    await this.#child.status;
  }

  #tell(command: string): Promise<void> {
    return this.#writer.write(new TextEncoder().encode(`${command}\n`));
  }
}
