/**
 * What makes a daemon do as it is told by orders.
 *
 * @module
 */

import { assert } from "@std/assert";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const WORKERS = ["sqlite_worker.ts", "training_worker.ts"];

/**
 * Puts its threads' programs beside the orders, since a daemon reads nothing
 * elsewhere but its own sources.
 *
 * @param orders path of the file, in the folder of the configuration
 * @returns what is to be preloaded
 */
export async function obedience(orders: string): Promise<string> {
  await Promise.all(WORKERS.map(async (name) => {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "bundle",
        "--quiet",
        `--output=${dirname(orders)}/${name}.mjs`,
        fileURLToPath(new URL(name, import.meta.url)),
      ],
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    await Deno.writeTextFile(
      `${dirname(orders)}/${name}`,
      `import "./${name}.mjs";\n`,
    );
  }));
  const preload = new URL("preload.ts", import.meta.url);
  preload.searchParams.set("orders", orders);
  return preload.href;
}
