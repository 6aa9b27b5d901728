/**
 * Running a module in the thread that serves, before the daemon is loaded.
 *
 * @module
 */

import { pathToFileURL } from "node:url";

const ROOT = new URL("../../", import.meta.url);

/** Loaded by that thread, and by no other. */
const DAEMON = new URL("lib/daemon.ts", ROOT).href;

/**
 * The flag of `deno run` that has it done, by an import map: `--preload` is for
 * the main thread only.
 *
 * @param module its URL or path
 */
export function preloading(module: string): string {
  const url = module.startsWith("/") ? pathToFileURL(module).href : module;
  const program = `import ${JSON.stringify(url)};` +
    `export * from ${JSON.stringify(`${DAEMON}?preloaded`)};`;
  const { imports } = JSON.parse(
    Deno.readTextFileSync(new URL("deno.json", ROOT)),
  );
  const map = JSON.stringify({
    imports: { ...imports, [DAEMON]: dataUrl("text/javascript", program) },
  });
  return `--import-map=${dataUrl("application/json", map)}`;
}

function dataUrl(type: string, text: string): string {
  return `data:${type},${encodeURIComponent(text)}`;
}
