import { assert, assertEquals, assertRejects, fail } from "@std/assert";
import type { ListenAddress } from "../../../lib/config/address.ts";
import { lineLog } from "../../../lib/log/line_log.ts";
import {
  listen as listenAt,
  ListenError,
  type RequestHandler,
  type Server,
} from "../../../lib/http/server/server.ts";
import { inFolder, line } from "../../cli/neurald.ts";
import { scrape } from "../../metrics/scrape.ts";
import { DaemonProcess } from "../../daemon/process.ts";
import { until } from "../../daemon/until.ts";
import { head, RawConnection, request } from "./raw_connection.ts";

const hello = () => Response.json({ hello: true });

/** Listens; nothing is to be logged. */
function listen(
  address: ListenAddress,
  handler: RequestHandler,
): Promise<Server> {
  return listenAt(address, handler, lineLog("debug", fail));
}

/** Runs a test with a path for a socket, in a folder that is removed. */
async function withSocket(
  run: (path: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "neurald-test-" });
  try {
    await run(`${folder}/socket`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What a server says, asked over a new connection. */
async function askedAt(url: string): Promise<string | undefined> {
  using connection = await RawConnection.open(url);
  await connection.send(head({ method: "GET", path: "/" }));
  return (await connection.receive())?.body;
}

const refuses = (address: ListenAddress, said: string) =>
  assertRejects(() => listen(address, hello), ListenError, said);

Deno.test("a TCP port answers, is in use, and is free afterwards", async () => {
  const address = { hostname: "127.0.0.1", port: 0 };
  const server = await listen(address, hello);
  assertEquals(await askedAt(server.url), '{"hello":true}');
  const taken = { ...address, port: Number(new URL(server.url).port) };
  await refuses(taken, `cannot listen on 127.0.0.1:${taken.port}: `);
  await server.close(1000);
  const again = await listen(taken, hello);
  assertEquals(again.url, server.url);
  await again.close(1000);
});

Deno.test("an address that is not this host's is refused", async () => {
  await refuses({ hostname: "192.0.2.1", port: 0 }, "192.0.2.1:0");
  await refuses({ hostname: "no-such-host.invalid", port: 0 }, "no-such-host");
});

Deno.test("IPv6 stands in brackets in the URL", async () => {
  const server = await listen({ hostname: "::1", port: 0 }, hello)
    .catch((error) => {
      // There are hosts without it.
      assert(error instanceof ListenError);
    });
  if (!server) return;
  assert(/^http:\/\/\[::1\]:\d+$/.test(server.url), server.url);
  await server.close(1000);
});

Deno.test("a Unix socket answers its owner and their group", () =>
  withSocket(async (path) => {
    const server = await listen({ path }, hello);
    assertEquals(server.url, `unix:${path}`);
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o660);
    assertEquals(await askedAt(server.url), '{"hello":true}');
    await server.close(1000);
    await assertRejects(() => Deno.lstat(path), Deno.errors.NotFound);
  }));

Deno.test("a Unix socket in use is left to its user", () =>
  withSocket(async (path) => {
    const first = await listen({ path }, hello);
    await refuses({ path }, "in use by another process");
    assertEquals(await askedAt(first.url), '{"hello":true}');
    await first.close(1000);
  }));

Deno.test("a socket that was left behind is replaced", () =>
  withSocket(async (path) => {
    // Renamed while it is listened on, it is not removed afterwards.
    const listener = Deno.listen({ transport: "unix", path: `${path}.old` });
    await Deno.rename(`${path}.old`, path);
    listener.close();
    assert((await Deno.lstat(path)).isSocket);
    const server = await listen({ path }, hello);
    assertEquals(await askedAt(server.url), '{"hello":true}');
    await server.close(1000);
  }));

Deno.test("a file that is no socket is not touched", () =>
  withSocket(async (path) => {
    await Deno.writeTextFile(path, "precious");
    await refuses({ path }, "is there, and no socket");
    assertEquals(await Deno.readTextFile(path), "precious");
    await Deno.remove(path);
    await Deno.mkdir(path);
    await refuses({ path }, "is there, and no socket");
    await Deno.remove(path);
    await Deno.writeTextFile(`${path}.target`, "precious");
    await Deno.symlink(`${path}.target`, path);
    await refuses({ path }, "is there, and no socket");
    assertEquals(await Deno.readTextFile(`${path}.target`), "precious");
  }));

Deno.test("a socket that cannot be made is told", () =>
  withSocket(async (path) => {
    await refuses({ path: `${path}/none/socket` }, `${path}/none/socket`);
    const long = `${path}${"x".repeat(200)}`;
    await refuses({ path: long }, long);
  }));

Deno.test("a request under way is answered when the server closes", async () => {
  const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
  const server = await listen({ hostname: "127.0.0.1", port: 0 }, async () => {
    await mayAnswer;
    return hello();
  });
  using connection = await RawConnection.open(server.url);
  await connection.send(request("/", "x"));
  using idle = await RawConnection.open(server.url);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const closing = server.close(5000);
  assertEquals(await askedAt(server.url), '{"error":"neurald is stopping"}');
  answer();
  assertEquals((await connection.receive())?.body, '{"hello":true}');
  assert(await idle.isClosed(1000));
  await closing;
  await assertRejects(() => RawConnection.open(server.url));
});

Deno.test("closing does not wait for a client that is too slow", async () => {
  const server = await listen(
    { hostname: "127.0.0.1", port: 0 },
    async (request) => {
      await request.text().catch(() => {});
      return hello();
    },
  );
  const connection = await RawConnection.open(server.url);
  await connection.send(request("/", "x".repeat(100)).slice(0, -50));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const begin = performance.now();
  await server.close(200);
  const took = performance.now() - begin;
  assert(took >= 150 && took < 1500, `${took} ms`);
  connection[Symbol.dispose]();
});

for (const kind of ["a TCP port", "a Unix socket"]) {
  Deno.test(`without file descriptors ${kind} is listened on again`, () =>
    inFolder(async (folder) => {
      const listen = kind === "a TCP port"
        ? "127.0.0.1:0"
        : `unix:${folder}/socket`;
      const store = `sqlite:${folder}/neurald.sqlite`;
      const program = line(["serve", "--listen", listen, "--store", store]);
      await using daemon = await DaemonProcess.run(
        new Deno.Command("sh", {
          args: ["-c", 'ulimit -n 100 && exec "$@"', "sh", ...program],
          env: { NO_COLOR: "1" },
          stdin: "null",
          stdout: "null",
          stderr: "piped",
        }),
      );
      const { url } = daemon;
      const open = () =>
        url.startsWith("unix:")
          ? Deno.connect({ transport: "unix", path: url.slice(5) })
          : Deno.connect({ port: Number(new URL(url).port) });
      const idle: Deno.Conn[] = [];
      await until("no connection can be accepted", async () => {
        for (let i = 0; i < 10 && idle.length < 500; i++) {
          await open().then((it) => idle.push(it), () => {});
        }
        return daemon.stderr.includes("no connection can be accepted");
      });
      for (const connection of idle) connection.close();
      const answer = await until("it answers", async () => {
        try {
          using connection = await open();
          const text = head({ method: "GET", path: "/healthz" });
          await connection.write(new TextEncoder().encode(text));
          const buffer = new Uint8Array(1000);
          const count = await connection.read(buffer);
          return new TextDecoder().decode(buffer.subarray(0, count ?? 0));
        } catch {
          return undefined;
        }
      });
      assert(answer.startsWith("HTTP/1.1 200"), answer);
      if (!url.startsWith("unix:")) {
        const found = await scrape(daemon);
        assert(found.value("neurald_listener_troubles_total") > 0);
      }
      const { status } = await daemon.end("SIGTERM");
      assertEquals(status.code, 0, daemon.stderr);
    }));
}

Deno.test("a connection stays open, whatever was sent and answered", async () => {
  const long = "x".repeat(50_000);
  const server = await listen(
    { hostname: "127.0.0.1", port: 0 },
    async (request) => new Response(await request.text()),
  );
  try {
    using connection = await RawConnection.open(server.url);
    for (const body of [long, "", long]) {
      await connection.send(request("/", body));
      const answer = await connection.receive();
      assertEquals(answer?.body, body);
      // rspamd keeps it only where it is told so.
      assertEquals(answer?.headers.get("connection"), "keep-alive");
    }
  } finally {
    await server.close(1000);
  }
});
