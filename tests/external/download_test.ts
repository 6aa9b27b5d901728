import { assert, assertEquals, assertRejects } from "@std/assert";
import { download } from "../../lib/external/download.ts";
import { type FailureKind, FetchError } from "../../lib/external/failure.ts";
import type { RequestOptions } from "../../lib/external/request.ts";
import { pause } from "../daemon/until.ts";
import { type Send, serve, serveRaw, type TestServer } from "./servers.ts";

const TOO_SLOW = new FetchError("timeout", "it took too long");

function get(
  url: URL | string,
  options: Partial<RequestOptions> & { timeoutMs?: number } = {},
): ReturnType<typeof download> {
  const { timeoutMs = 10_000, ...others } = options;
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(TOO_SLOW), timeoutMs);
  return download(new URL(url), {
    maxBytes: 100_000,
    allowPrivate: true,
    allowPlain: false,
    signal: timeout.signal,
    ...others,
  }).finally(() => clearTimeout(timer));
}

/** Sees that a file cannot be had, and why. */
async function refused(
  url: URL | string,
  kind: FailureKind,
  message: string,
  options: Parameters<typeof get>[1] = {},
): Promise<FetchError> {
  const error = await assertRejects(
    () => get(url, options),
    FetchError,
    message,
  );
  assertEquals(error.kind, kind, error.message);
  return error;
}

Deno.test("a file is had with what tells whether it has changed", async () => {
  const asked: (string | null)[][] = [];
  await using server = serve(({ headers }) => {
    asked.push([
      headers.get("if-none-match"),
      headers.get("if-modified-since"),
      headers.get("accept-encoding"),
    ]);
    if (headers.get("if-none-match") === '"2"') {
      return new Response(null, { status: 304 });
    }
    return new Response("content", {
      headers: { etag: '"2"', "last-modified": "a day" },
    });
  });
  const file = await get(server.url, { validators: { etag: '"1"' } });
  assertEquals(file, {
    bytes: new TextEncoder().encode("content"),
    etag: '"2"',
    lastModified: "a day",
  });
  const { etag, lastModified } = file!;
  const validators = { etag, lastModified };
  assertEquals(await get(server.url, { validators }), undefined);
  assertEquals(asked, [['"1"', null, "identity"], [
    '"2"',
    "a day",
    "identity",
  ]]);
});

Deno.test("the name and the password that a URL has are sent", async () => {
  await using server = serve(({ headers }) =>
    new Response(headers.get("authorization"))
  );
  const url = new URL(server.url);
  url.username = "user";
  url.password = "secret";
  const file = await get(url);
  assertEquals(
    new TextDecoder().decode(file!.bytes),
    `Basic ${btoa("user:secret")}`,
  );
});

Deno.test("a few redirects are followed, and the password stays", async () => {
  await using other = serve(({ headers }) =>
    new Response(headers.get("authorization") ?? "nothing")
  );
  await using server = serve(({ url, headers }) => {
    const path = new URL(url).pathname;
    if (path === "/there") return new Response(headers.get("authorization"));
    const to = path === "/model"
      ? "/next"
      : path === "/next"
      ? "/there"
      : other.url.href;
    return new Response(null, { status: 302, headers: { location: to } });
  });
  const text = async (url: URL) => {
    url.username = "user";
    const file = await get(url);
    return new TextDecoder().decode(file!.bytes);
  };
  assertEquals(await text(new URL(server.url)), `Basic ${btoa("user:")}`);
  assertEquals(await text(new URL("/away", server.url)), "nothing");
});

Deno.test("redirects lead nowhere that one may not go", async () => {
  const cases: [string | undefined, string][] = [
    ["file:///etc/passwd", "redirected to file:"],
    ["ftp://127.0.0.1/", "redirected to ftp:"],
    ["data:text/plain,x", "redirected to data:"],
    [undefined, "redirected to nowhere"],
    ["http://[x", "redirected to nowhere"],
    ["/model", "redirected more than 3 times"],
    ["http://192.0.2.1/", "192.0.2.1 is another host, and without https:"],
  ];
  for (const [location, message] of cases) {
    const headers = new Headers(location === undefined ? {} : { location });
    await using server = serve(() =>
      new Response(null, { status: 302, headers })
    );
    await refused(server.url, "forbidden", message);
  }
});

Deno.test("addresses that are not public are asked only if allowed", async () => {
  let asked = 0;
  await using server = serve(() => {
    asked++;
    return new Response("content");
  });
  const { port } = server.url;
  for (const host of ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0"]) {
    await refused(
      `http://${host}:${port}/`,
      "forbidden",
      "has no public address",
      { allowPrivate: false },
    );
  }
  assertEquals(asked, 0);
  assert(await get(`http://localhost:${port}/`));
  for (const url of ["http://10.0.0.1/", "http://1.1.1.1/"]) {
    await refused(url, "forbidden", "is another host, and without https:");
  }
});

Deno.test("answers without a file", async () => {
  const cases: [number, boolean][] = [
    ...[[404, false], [403, false], [410, false], [204, false], [206, false]],
    ...[[500, true], [503, true], [429, true], [304, false]],
  ] as [number, boolean][];
  for (const [status, isPassing] of cases) {
    await using server = serve(() =>
      new Response(status === 204 || status === 304 ? null : "x", { status })
    );
    const message = `the server answers ${status}`;
    const error = await refused(server.url, "unavailable", message);
    assertEquals(error.isPassing, isPassing, message);
  }
  await using packed = serve(() =>
    new Response("x", { headers: { "content-encoding": "br" } })
  );
  await refused(packed.url, "unavailable", "content-encoding");
});

const OK = "HTTP/1.1 200 OK\r\n";

Deno.test("a file that ends in the middle is no file", async () => {
  for (
    const answer of [
      `${OK}content-length: 100\r\n\r\nabc`,
      `${OK}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n`,
    ]
  ) {
    await using server = serveRaw((send) => send(answer));
    await refused(server.url, "truncated", "ended in the middle");
  }
});

Deno.test("what is no HTTP is not understood, and does no harm", async () => {
  for (
    const answer of [
      "",
      "SSH-2.0-x\r\n\r\n",
      `${OK}content-length: -1\r\n\r\nabc`,
      `${OK}x: ${"y".repeat(100_000)}\r\n\r\n`,
    ]
  ) {
    await using server = serveRaw((send) => send(answer));
    const error = await refused(server.url, "unreachable", "");
    assert(error.isPassing);
  }
});

Deno.test("a file that is too large is not taken", async () => {
  await using claims = serveRaw((send) =>
    send(`${OK}content-length: 100001\r\n\r\n`)
  );
  await refused(claims.url, "oversized", "larger than 100000 bytes");
  let sent = 0;
  await using endless = serveRaw(async (send) => {
    await send(`${OK}\r\n`);
    for (;;) {
      await send("x".repeat(10_000));
      sent += 10_000;
      await pause(0);
    }
  });
  await refused(endless.url, "oversized", "larger than 100000 bytes");
  assert(sent < 10_000_000, `${sent} bytes were sent`);
  await using just = serve(() => new Response(new Uint8Array(100_000)));
  assertEquals((await get(just.url))!.bytes.length, 100_000);
});

Deno.test("what takes too long is given up", async () => {
  const slow: ((send: Send) => Promise<void>)[] = [
    () => pause(400),
    async (send) => {
      await send(`${OK}content-length: 1000\r\n\r\n`);
      for (let i = 0; i < 40; i++) {
        await send("x");
        await pause(10);
      }
    },
  ];
  for (const answer of slow) {
    await using server = serveRaw(answer);
    const begin = performance.now();
    await refused(server.url, "timeout", "took too long", { timeoutMs: 100 });
    assert(performance.now() - begin < 300);
  }
});

Deno.test("there is nobody", async () => {
  let gone: TestServer;
  {
    await using server = serve(() => new Response("x"));
    gone = server;
  }
  await refused(gone.url, "unreachable", "ECONNREFUSED");
  await refused("https://name.invalid/", "unreachable", "cannot be resolved");
});

Deno.test("files of this host", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const url = (name: string) => `file://${folder}/${name}`;
    await Deno.writeFile(`${folder}/model`, new Uint8Array(100_000));
    await Deno.writeFile(`${folder}/large`, new Uint8Array(100_001));
    assertEquals((await get(url("model")))!.bytes.length, 100_000);
    await refused(url("large"), "oversized", "larger than 100000 bytes");
    await refused(url("none"), "unavailable", "cannot be read: No such file");
    await refused(url(""), "unavailable", "is no file");
    await refused("file:///dev/zero", "unavailable", "is no file");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
