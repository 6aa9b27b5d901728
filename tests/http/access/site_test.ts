import { assertEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../../lib/http/failure.ts";
import { checkSite } from "../../../lib/http/access/site.ts";
import { Host } from "../../daemon/host.ts";
import { head, RawConnection } from "../server/raw_connection.ts";
import { bearer, TOKENS, WITH_TOKENS } from "./tokens.ts";

const RULES = { hostNames: ["mx.example.org"], checksHost: true, reads: true };

/** The status of what the headers are answered; 0 where all is well. */
function statusFor(
  headers: Record<string, string>,
  rules: Partial<typeof RULES> = {},
): number {
  const check = () => checkSite(new Headers(headers), { ...RULES, ...rules });
  try {
    check();
    return 0;
  } catch {
    return assertThrows(check, RequestError).status;
  }
}

Deno.test("this host is known by its addresses, localhost and given names", () => {
  const own = [
    ...["127.0.0.1:11336", "10.0.0.1", "[::1]:80", "[fe80::1]", "localhost:1"],
    ...["LOCALHOST", "mx.example.org:11336", "MX.Example.Org"],
  ];
  for (const host of own) assertEquals(statusFor({ host }), 0, host);
  const others = [
    ...["evil.example", "evil.example:11336", "localhost.evil.example", ""],
    ...["127.0.0.1.evil.example", "mx.example.org.evil.example", "[evil]"],
    ...[
      "xmx.example.org",
      "127.0.0.1@evil.example",
      "1.2.3",
      "mx.example.org.",
    ],
  ];
  for (const host of others) assertEquals(statusFor({ host }), 421, host);
  for (const host of others) {
    assertEquals(statusFor({ host }, { checksHost: false }), 0, host);
  }
  // No browser leaves it out.
  assertEquals(statusFor({}), 0);
});

Deno.test("only pages of this host ask, but all may lead here", () => {
  const host = "localhost:11336";
  const visit = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  const frame = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" };
  const cases: [Record<string, string>, reading: number, writing: number][] = [
    [{}, 0, 0],
    [{ "sec-fetch-site": "none" }, 0, 0],
    [{ "sec-fetch-site": "same-origin" }, 0, 0],
    [{ "sec-fetch-site": "same-site" }, 403, 403],
    [{ "sec-fetch-site": "cross-site" }, 403, 403],
    [{ "sec-fetch-site": "cross-site", ...visit }, 0, 403],
    [{ "sec-fetch-site": "cross-site", ...frame }, 403, 403],
    [{ origin: "http://localhost:11336" }, 0, 0],
    [{ origin: "https://mx.example.org" }, 0, 0],
    [{ origin: "http://localhost:8080" }, 403, 403],
    [{ origin: "http://evil.example" }, 403, 403],
    [{ origin: "null" }, 403, 403],
    [{ origin: "" }, 403, 403],
  ];
  for (const [headers, reading, writing] of cases) {
    const all = { host, ...headers };
    const what = JSON.stringify(headers);
    assertEquals(statusFor(all), reading, what);
    assertEquals(statusFor(all, { reads: false }), writing, what);
  }
});

Deno.test("a name that leads here by DNS is refused, unless tokens guard", async () => {
  await using host = await Host.start("");
  const ask = async (headers: Record<string, string>, path = "/v1/status") => {
    using connection = await RawConnection.open(host.url);
    await connection.send(head({ method: "GET", path, headers }));
    return (await connection.receive())?.status;
  };
  const evil = { host: "evil.example" };
  assertEquals(await ask(evil), 421);
  assertEquals(await ask(evil, "/healthz"), 200);
  assertEquals(await ask(evil, "/plugins/neural/train"), 421);
  await host.reconfigure("neurald { host_names = evil.example; }");
  assertEquals(await ask(evil), 200);
  await host.reconfigure(WITH_TOKENS);
  assertEquals(await ask({ ...evil, ...bearer(TOKENS.read) }), 200);
});
