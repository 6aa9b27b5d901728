/**
 * Where a program keeps what it has to remember.
 *
 * @module
 */

/**
 * The folder that systemd gives (`$STATE_DIRECTORY`), or else neurald's in the
 * user's folder for such things; undefined where there is no such user.
 */
export function stateFolder(): string | undefined {
  // systemd lists several folders with colons between them.
  const given = Deno.env.get("STATE_DIRECTORY")?.split(":")[0];
  if (given) return given;
  const base = Deno.env.get("XDG_STATE_HOME") ?? inHome(".local/state");
  return base ? `${base}/neurald` : undefined;
}

function inHome(path: string): string | undefined {
  const home = Deno.env.get("HOME");
  return home ? `${home}/${path}` : undefined;
}
