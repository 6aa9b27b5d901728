/**
 * What the threads of a program may do.
 *
 * @module
 */

/** What a worker may do at most; what is not named it may not. */
export type WorkerPermissions = Omit<Deno.PermissionOptionsObject, "import">;

let areLimited = false;

/**
 * Has every worker that starts from now on do no more than it needs. Deno ends
 * a process that asks for this without `--unstable-worker-options`, so it is
 * for programs that are started with it, and not for libraries.
 */
export function limitWorkers(): void {
  areLimited = true;
}

/**
 * Options of a new worker.
 *
 * @param permissions nothing unless given; they end where the program's do
 */
export function workerOptions(
  permissions: WorkerPermissions = {},
): WorkerOptions {
  if (!areLimited) return { type: "module" };
  const all = {
    read: false,
    write: false,
    net: false,
    env: false,
    sys: false,
  };
  const never = { run: false, ffi: false, import: false };
  return {
    type: "module",
    deno: { permissions: { ...all, ...permissions, ...never } },
  };
}
