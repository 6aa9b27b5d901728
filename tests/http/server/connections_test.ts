import { assert, assertEquals, fail } from "@std/assert";
import { lineLog } from "../../../lib/log/line_log.ts";
import { readCertificate } from "../../../lib/http/server/certificate.ts";
import { largeResponse } from "../../../lib/http/large_response.ts";
import {
  listen as listenAt,
  type ListenOptions,
  type RequestHandler,
  type Server,
} from "../../../lib/http/server/server.ts";
import { inFolder } from "../../cli/neurald.ts";
import { pause, until } from "../../daemon/until.ts";
import { makeCertificate, whyNoCertificates } from "./certificates.ts";
import { head, RawConnection, request } from "./raw_connection.ts";

/** Longer than two looks at the connections. */
const TIMEOUT_MS = 400;
const NOTICED_MS = 8000;

const GET = head({ method: "GET", path: "/" });

function listen(
  handler: RequestHandler,
  options: ListenOptions = {},
): Promise<Server> {
  return listenAt(
    { hostname: "127.0.0.1", port: 0 },
    handler,
    lineLog("debug", fail),
    { limits: () => ({ most: 1024, timeoutMs: TIMEOUT_MS }), ...options },
  );
}

async function withServer(
  handler: RequestHandler,
  options: ListenOptions,
  run: (server: Server) => Promise<void>,
): Promise<void> {
  const server = await listen(handler, options);
  try {
    await run(server);
  } finally {
    await server.close(1000);
  }
}

for (
  const [what, sent] of [
    ["nothing", ""],
    ["half of its headers", GET.slice(0, -10)],
    ["half of a request line", "GET /"],
  ]
) {
  Deno.test(`who sends ${what} is answered 408, and let go`, () =>
    withServer(() => new Response("hello"), {}, async ({ url }) => {
      using connection = await RawConnection.open(url);
      await connection.send(sent);
      assertEquals((await connection.receive())?.status, 408);
      assert(await connection.isClosed());
    }));
}

Deno.test("headers that are too long are answered 431", () =>
  withServer(() => new Response("hello"), {}, async ({ url }) => {
    using connection = await RawConnection.open(url);
    await connection.send(head({
      method: "GET",
      path: "/",
      headers: { "x-long": "x".repeat(50_000) },
    }));
    assertEquals((await connection.receive())?.status, 431);
    assert(await connection.isClosed());
  }));

Deno.test("a handler may take longer than headers may", () =>
  withServer(
    async () => {
      await pause(3000);
      return new Response("hello");
    },
    {},
    async ({ url }) => {
      using connection = await RawConnection.open(url);
      await connection.send(GET);
      assertEquals((await connection.receive())?.body, "hello");
    },
  ));

Deno.test("more connections than allowed are closed, until others end", () => {
  let most = 3;
  return withServer(
    () => new Response("hello"),
    { limits: () => ({ most, timeoutMs: 60_000 }) },
    async ({ url, connections }) => {
      const open = [];
      for (let i = 0; i < most; i++) {
        open.push(await RawConnection.open(url));
        await open[i].send(GET);
        assertEquals((await open[i].receive())?.body, "hello");
      }
      assertEquals(connections.open, most);
      using refused = await RawConnection.open(url);
      await refused.send(GET).catch(() => {});
      assert(await refused.isClosed());
      open.pop()![Symbol.dispose]();
      const isAnswered = async () => {
        using next = await RawConnection.open(url);
        await next.send(GET).catch(() => {});
        return (await next.receive().catch(() => undefined))?.status === 200;
      };
      await until("there is room again", isAnswered);
      // As when the configuration was read again.
      most = 100;
      await until("there is more room", async () => {
        for (let i = open.length; i < 10; i++) {
          open.push(await RawConnection.open(url));
        }
        return await isAnswered();
      });
      for (const connection of open) connection[Symbol.dispose]();
    },
  );
});

const LARGE = new Uint8Array(40 * 2 ** 20);

for (const isSecure of [false, true]) {
  const scheme = isSecure ? "HTTPS" : "HTTP";
  const ignore = isSecure && whyNoCertificates !== undefined;
  // deno-lint-ignore no-console
  if (ignore) console.log(`skipped: slow by HTTPS: ${whyNoCertificates}`);
  Deno.test(
    `by ${scheme}, who takes an answer slowly gets it, and who takes none of it is let go`,
    { ignore },
    () =>
      inFolder(async (folder) => {
        const files = isSecure ? await makeCertificate(folder, "own") : {};
        const certificate = await readCertificate(files);
        await withServer(
          () => largeResponse(LARGE, {}),
          { certificate },
          async (server) => {
            const { hostname, port } = new URL(server.url);
            const address = { hostname, port: Number(port) };
            const connect = () =>
              certificate
                ? Deno.connectTls({ ...address, caCerts: [certificate.cert] })
                : Deno.connect(address);
            using slow = await connect();
            using stuck = await connect();
            const get = new TextEncoder().encode(GET);
            await Promise.all([slow.write(get), stuck.write(get)]);
            assertEquals((await stuck.read(new Uint8Array(10))) ?? 0, 10);
            const buffer = new Uint8Array(2 ** 20);
            let taken = 0;
            const takeTo = async (end: number) => {
              while (taken < end) {
                const count = await slow.read(buffer);
                assert(count !== null, `cut off after ${taken} bytes`);
                taken += count;
              }
            };
            for (let mebibytes = 1; mebibytes <= 30; mebibytes++) {
              await takeTo(mebibytes * 2 ** 20);
              await pause(TIMEOUT_MS / 4);
            }
            await until(
              "the other is let go",
              () => server.connections.open === 1,
              NOTICED_MS,
            );
            await takeTo(LARGE.length);
          },
        );
      }),
  );
}

Deno.test(
  "who begins no handshake is let go",
  { ignore: whyNoCertificates !== undefined },
  () =>
    inFolder(async (folder) => {
      const certificate = await readCertificate(
        await makeCertificate(folder, "own"),
      );
      await withServer(
        () => new Response("hello"),
        { certificate },
        async ({ url }) => {
          using idle = await RawConnection.open(url);
          assert(await idle.isClosed());
        },
      );
    }),
);

Deno.test("when it closes, connections that take too long are cut", async () => {
  const server = await listen(
    async (request) => new Response(await request.text().catch(() => "")),
    { limits: () => ({ most: 10, timeoutMs: 60_000 }) },
  );
  using connection = await RawConnection.open(server.url);
  await connection.send(request("/", "x".repeat(100)).slice(0, -50));
  await until("it is there", () => server.connections.open === 1);
  await server.close(200);
  assert(await connection.isClosed(500));
});

Deno.test("a quiet server is looked at, and found to accept", async () => {
  const server = await listen(() => new Response("hello"));
  await pause(7000);
  assertEquals(server.connections.accepted, 1, "its own");
  await server.close(1000);
});

Deno.test("nothing is kept of connections that have ended", async () => {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--allow-all", "--v8-flags=--expose-gc"],
      new URL("./ended_connections.ts", import.meta.url).href,
    ],
  }).output();
  const [text, problem] = [stdout, stderr]
    .map((bytes) => new TextDecoder().decode(bytes));
  assertEquals(text, "60 ended, 0 are kept\n", problem);
});
