/**
 * Tidying up after a test, whatever becomes of it.
 *
 * @module
 */

/**
 * Once its input ends, with whoever started it, however that was: ends the
 * processes whose command lines name one of the folders it was told, or that
 * work there, and removes these, and what is mounted there.
 */
const GUARD = `
trap '' INT TERM HUP
folders=
while IFS= read -r folder; do folders="$folders $folder"; done
for folder in $folders; do
  for process in /proc/[0-9]*; do
    case "$(readlink "$process/cwd") $(tr '\\0' ' ' <"$process/cmdline")" in
      *"$folder"*) kill -9 "\${process#/proc/}" ;;
    esac
  done
  umount -l "$folder"
  rm -rf "$folder"
done
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

  /**
   * Has a folder removed, and what is mounted there, and the processes ended
   * that were told of it.
   *
   * @param path without spaces; nobody else's
   */
  async folder(path: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(`${path}\n`));
  }

  /** Has it tidy up what is left, and waits for that. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close();
    await this.#child.status;
  }
}
