/**
 * Whether a thread can be started.
 *
 * @module
 */

/** More than a thread takes (about ten), for others take some meanwhile. */
const NEEDED = 64;

/** Can be opened again and again, by whoever may read anything at all. */
const OPENED = "/dev/null";

/** What the system calls it, for a process and for all of them. */
const OUT_OF_FILES = ["EMFILE", "ENFILE"];

/**
 * Whether there are file descriptors for another thread. Deno (2.8.3) ends the
 * whole process where it starts a worker and there are none (it panics in
 * `ext/io`).
 */
export function hasFileDescriptors(): boolean {
  const files: Deno.FsFile[] = [];
  try {
    while (files.length < NEEDED) files.push(Deno.openSync(OPENED));
    return true;
  } catch (error) {
    // Where it must not be opened, or is not there, nobody can tell.
    return !OUT_OF_FILES.includes((error as { code?: string }).code ?? "");
  } finally {
    for (const file of files) file.close();
  }
}
