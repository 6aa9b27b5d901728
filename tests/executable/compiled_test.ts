import { assertEquals } from "@std/assert";
import { PERMISSIONS, testBehaviours } from "./behaviours.ts";
import { sharedExecutable } from "./executable.ts";

/** Where deno compile downloads its runtime from. */
const RUNTIMES = "https://dl.deno.land/release-latest.txt";
const DOWNLOAD_LIMIT_MS = 10_000;

/** Why there is no runtime for deno compile. */
async function whyNoRuntime(): Promise<string | undefined> {
  if (Deno.env.get("DENORT_BIN")) return undefined;
  try {
    const signal = AbortSignal.timeout(DOWNLOAD_LIMIT_MS);
    await (await fetch(RUNTIMES, { signal })).text();
  } catch (error) {
    return `DENORT_BIN is not set, and there is no download: ${
      (error as Error).message
    }`;
  }
}

const why = await whyNoRuntime();
// deno-lint-ignore no-console
if (why) console.log(`skipped: the compiled executable: ${why}`);
const ignore = why !== undefined;

const make = sharedExecutable();

testBehaviours("compiled", make, { ignore });

Deno.test(
  "compiled: it may do what it needs, and no more",
  { ignore },
  async () => {
    const { path } = await make();
    const text = new TextDecoder("latin1").decode(await Deno.readFile(path));
    // The last one is this program's; the runtime may have been one itself.
    const at = text.lastIndexOf('"permissions":{');
    const end = text.indexOf("}", at);
    const { prompt, ...lists }: Record<string, unknown> = JSON.parse(
      text.slice(text.indexOf("{", at), end + 1),
    );
    const flags = Object.entries(lists)
      .filter(([, list]) => list !== null)
      .map(([name, list]) =>
        [name.replace("_", "-"), list as string[]] as const
      )
      // Nothing is imported: what is denied needs no list of what is allowed.
      .filter(([name]) => name !== "allow-import")
      .map(([name, list]) => [`--${name}`, list.join(",")])
      .map(([name, list]) => list === "" ? name : `${name}=${list}`);
    if (prompt === false) flags.push("--no-prompt");
    assertEquals(flags.sort(), PERMISSIONS.toSorted());
  },
);
