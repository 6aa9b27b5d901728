import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Host } from "../daemon/host.ts";
import { bearer, TOKENS, WITH_TOKENS } from "../http/access/tokens.ts";
import { inFolder, neurald } from "./neurald.ts";

const SCAN = '{"id":"a","class":"spam","symbols":{"A":[1,1]}}\n';
const MESSAGE = "Message-ID: <a@b>\nX-Spamd-Result: default: False " +
  "[5.00 / 15.00];\n\tA(1.00)[]\n\ntext\n";

Deno.test("every command that asks a server brings its token", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/scans`, SCAN);
    await Deno.writeTextFile(`${folder}/message`, MESSAGE);
    await Deno.writeTextFile(`${folder}/token`, `${TOKENS.write}\n`);
    await using host = await Host.start(`watch_interval = 1h; ${WITH_TOKENS}`);
    const learned = () =>
      host.ask("/v1/pool", { headers: bearer(TOKENS.read) })
        .then(({ json }) => json.rules.default.pools.length);
    const commands = [
      ["score", `${folder}/scans`],
      ["explain", `${folder}/scans`],
      ["eval", "--input", `${folder}/scans`],
      ["pool"],
      ["models", "list"],
      ["models", "show", "default:default"],
      ["models", "export", "-o", `${folder}/exported`],
      ["models", "rollback"],
      ["models", "delete", "default:default:1"],
      ["models", "diff", "default:default:1", "default:default:2"],
      ["learn", `${folder}/scans`],
      ["learn", "--spam", `${folder}/message`],
    ];
    const env = { STATE_DIRECTORY: `${folder}/state`, NEURALD_TOKEN: "" };
    const run = (args: string[]) =>
      neurald([...args, "--server", host.url], { env });
    for (const args of commands) {
      const what = args.join(" ");
      const { code, stderr } = await run(args);
      assertEquals(code, 1, what + stderr);
      assertStringIncludes(stderr, "answered 401: a token is needed", what);
      const known = await run([...args, "--token-file", `${folder}/token`]);
      assert(!/answered 4(01|03|21|29)/.test(known.stderr), known.stderr);
    }
    assertEquals(await learned(), 1);
  }));
