/**
 * Events of a folder, as far as the system tells them.
 *
 * @module
 */

/** Parts of a Maildir into which mail comes. */
const MAILDIR_PARTS = ["cur", "new"];

/**
 * Notices that something changes in a folder, also after it was replaced by
 * another one of its name. Where the system tells nothing, nothing is noticed.
 */
export class FolderEvents implements Disposable {
  readonly #path: string;
  readonly #onEvent: () => void;
  #watcher: Deno.FsWatcher | undefined;
  /** What is watched: other folders of the same names are others. */
  #watched = "";

  /** Nothing is noticed before {@linkcode FolderEvents.renew}. */
  constructor(path: string, onEvent: () => void) {
    this.#path = path;
    this.#onEvent = onEvent;
  }

  /** Watches what is there now, if that is not what is watched. */
  async renew(): Promise<void> {
    const { paths, recursive, identity } = await this.#find();
    if (identity === this.#watched) return;
    this[Symbol.dispose]();
    this.#watched = identity;
    if (paths.length === 0) return;
    try {
      this.#watcher = Deno.watchFs(paths, { recursive });
      this.#listen(this.#watcher);
    } catch {
      // It has gone, or the system watches no more of them.
    }
  }

  /** Notices no more. */
  [Symbol.dispose](): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#watched = "";
  }

  async #find(): Promise<
    { paths: string[]; recursive: boolean; identity: string }
  > {
    const candidates = [
      this.#path,
      ...MAILDIR_PARTS.map((part) => `${this.#path}/${part}`),
    ];
    const infos = await Promise.all(
      candidates.map((path) => Deno.stat(path).catch(() => undefined)),
    );
    const paths = candidates.filter((_, i) => infos[i]);
    const identity = infos.map((info) => `${info?.dev}:${info?.ino}`).join();
    // The folders within a Maildir are other folders.
    return { paths, recursive: paths.length === 1, identity };
  }

  async #listen(watcher: Deno.FsWatcher): Promise<void> {
    try {
      for await (const { kind } of watcher) {
        // To read a file is an event, too.
        if (kind !== "access") this.#onEvent();
      }
    } catch {
      // Files are looked at in any case.
    }
  }
}
