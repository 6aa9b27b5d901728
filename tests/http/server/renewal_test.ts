import { assert, assertEquals, fail } from "@std/assert";
import { lineLog } from "../../../lib/log/line_log.ts";
import { readCertificate } from "../../../lib/http/server/certificate.ts";
import { listen } from "../../../lib/http/server/server.ts";
import { inFolder } from "../../cli/neurald.ts";
import { pause } from "../../daemon/until.ts";
import { makeCertificate, whyNoCertificates } from "./certificates.ts";

const ignore = whyNoCertificates !== undefined;

Deno.test(
  "a request under way outlives its certificate",
  { ignore },
  () =>
    inFolder(async (folder) => {
      const files = [
        await makeCertificate(folder, "first"),
        await makeCertificate(folder, "second"),
      ];
      const [first, second] = await Promise.all(
        files.map(async (one) => (await readCertificate(one))!),
      );
      const { promise: mayAnswer, resolve } = Promise.withResolvers<void>();
      const server = await listen(
        { hostname: "127.0.0.1", port: 0 },
        async (request) => {
          if (request.url.endsWith("/slow")) await mayAnswer;
          return Response.json(await request.text());
        },
        lineLog("debug", fail),
        { certificate: first },
      );
      const ask = async (path: string, { cert }: { cert: string }) => {
        using client = Deno.createHttpClient({ caCerts: [cert] });
        const init = { client, method: "POST", body: path };
        return await (await fetch(server.url + path, init)).json();
      };
      assert(server.url.startsWith("https://127.0.0.1:"));
      const slow = ask("/slow", first);
      await pause(300);
      await server.renew(second);
      assertEquals(await ask("/new", second), "/new");
      // As when a configuration is read again for another reason.
      await server.renew({ ...second });
      resolve();
      assertEquals(await slow, "/slow");
      await server.close(1000);
    }),
);
