/** Files over TLS, in a process that has the permissions of the executable. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { makeCertificates } from "../store/redis/certificates.ts";
import { inFolder } from "../cli/neurald.ts";
import { PERMISSIONS } from "../executable/behaviours.ts";

Deno.test("a server is who its certificate says, and no other", () =>
  inFolder(async (folder) => {
    const { authority, certificate, key } = await makeCertificates(folder);
    await using server = Deno.serve({
      hostname: "127.0.0.1",
      port: 0,
      onListen: () => {},
      cert: await Deno.readTextFile(certificate),
      key: await Deno.readTextFile(key),
    }, () => new Response("content"));
    const { port } = server.addr as Deno.NetAddr;
    const module = new URL("../../lib/external/download.ts", import.meta.url);
    const get = async (host: string, ca?: string) => {
      await Deno.writeTextFile(
        `${folder}/get.ts`,
        `import { download } from "${module}";
        const options = {
          maxBytes: 100,
          allowPrivate: true,
          allowPlain: false,
          ca: ${ca && `Deno.readTextFileSync(${JSON.stringify(ca)})`},
          signal: new AbortController().signal,
        };
        await download(new URL("https://${host}:${port}/"), options).then(
          (file) => console.log(new TextDecoder().decode(file.bytes)),
          (error) => console.log(error.kind, error.message),
        );`,
      );
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "--no-check", ...PERMISSIONS].concat(
          `${folder}/get.ts`,
        ),
        env: { NODE_EXTRA_CA_CERTS: "" },
        stdin: "null",
      }).output();
      return new TextDecoder().decode(stdout) +
        new TextDecoder().decode(stderr);
    };
    assertEquals(await get("127.0.0.1", authority), "content\n");
    assertStringIncludes(
      await get("localhost", authority),
      "unreachable Hostname/IP does not match",
    );
    assertStringIncludes(
      await get("127.0.0.1"),
      "unreachable unable to verify",
    );
  }));
