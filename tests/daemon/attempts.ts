/**
 * What code tries that has got in, and whether it may.
 *
 * @module
 */

/** Each fails where it may not be done. */
const ATTEMPTS: Record<string, () => unknown> = {
  env: () => Deno.env.get("HOME"),
  sys: () => Deno.osRelease(),
  run: () => new Deno.Command("/bin/true").outputSync(),
  ffi: () => Deno.dlopen("/lib/none.so", {}),
  read: () => Deno.readTextFileSync("/etc/passwd"),
  write: () => Deno.writeTextFileSync("/none/file", ""),
  // Nobody listens there: what matters is whether it may ask.
  net: () => Deno.connect({ hostname: "127.0.0.1", port: 1 }),
  fetch: () => fetch("https://192.0.2.1/", { signal: AbortSignal.timeout(1) }),
};

/** What may be done: `read write`. */
export async function whatIsAllowed(
  more: Record<string, () => unknown> = {},
): Promise<string> {
  const allowed: string[] = [];
  for (const [name, attempt] of Object.entries({ ...ATTEMPTS, ...more })) {
    try {
      await attempt();
      allowed.push(name);
    } catch (error) {
      // Whatever else keeps it from that is no permission.
      if (!(error instanceof Deno.errors.NotCapable)) allowed.push(name);
    }
  }
  return allowed.join(" ");
}
