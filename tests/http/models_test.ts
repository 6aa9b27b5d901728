import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { decodeRnm } from "../../lib/model/rnm.ts";
import { Random } from "../../lib/nn/random.ts";
import { trainedHost } from "../daemon/trained_host.ts";
import type { Host } from "../daemon/host.ts";

const ID = "default:default:1";

async function exportOf(host: Host): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(`${host.url}/v1/models/${ID}/export`);
  return await response.bytes();
}

function send(host: Host, query: string, body: Uint8Array<ArrayBuffer>) {
  return host.ask(`/v1/models/import${query}`, { method: "POST", body });
}

Deno.test("a model is exported as a file with a name", async () => {
  await using host = await trainedHost();
  const path = `/v1/models/${encodeURIComponent(ID)}/export`;
  const response = await fetch(host.url + path);
  assertEquals(response.status, 200);
  const { headers } = response;
  assertEquals(headers.get("content-type"), "application/octet-stream");
  assertEquals(
    headers.get("content-disposition"),
    'attachment; filename="default-default-1.rnm"',
  );
  const { profile, training, createdAt } = decodeRnm(await response.bytes());
  const { model } = await host.network();
  assertEquals(profile?.digest, model!.digest);
  assertEquals(training?.figures, model!.training!.figures);
  assertEquals(createdAt, Math.floor(model!.published_at!));
  // The same model is the same file.
  assertEquals(await exportOf(host), await exportOf(host));
  // And it may be asked for by its line.
  const shown = await host.ask("/v1/models/default:default");
  assertEquals(shown.json.id, ID);
});

const WRONG: [method: string, path: string, status: number, said: string][] = [
  ["GET", "/v1/models?rule=none", 404, 'no rule "none"'],
  ["GET", "/v1/models?verison=1", 400, "possible are: rule, settings"],
  ["GET", "/v1/models/default:default:7", 404, "there are: default:default:1"],
  ["GET", "/v1/models/other:default:1", 404, "no model"],
  ["GET", `/v1/models/${ID}?explain=1`, 400, "none is possible here"],
  ["GET", "/v1/models/%00%ff", 404, "no model"],
  ["DELETE", `/v1/models/${ID}`, 409, "is in service"],
  ["DELETE", `/v1/models/${ID}?force=yes`, 400, "force: true or false"],
  ["POST", "/v1/models/rollback", 409, "there is no model before version 1"],
  ["POST", "/v1/models/rollback?version=x", 400, "version: a whole number"],
  ["POST", "/v1/models/rollback?version=2", 404, "default:default:2"],
  ["POST", "/v1/models/rollback?settings=x", 404, "default:x"],
  ["POST", `/v1/models/${ID}/rollback`, 409, "is in service already"],
  ["POST", "/v1/models/import", 400, "this is no RNM1 file"],
  ["POST", "/v1/models/import?force=1", 400, "force: true or false"],
];

Deno.test("what cannot be is told, and changes nothing", async () => {
  await using host = await trainedHost();
  const before = (await host.ask("/v1/models")).json;
  for (const [method, path, status, said] of WRONG) {
    const answer = await host.ask(path, { method });
    assertEquals(answer.status, status, `${path} ${answer.json.error}`);
    assertEquals(Object.keys(answer.json), ["error"]);
    assertStringIncludes(answer.json.error, said);
  }
  const site = await host.ask("/v1/models/rollback", {
    method: "POST",
    headers: { "sec-fetch-site": "cross-site" },
  });
  assertEquals(site.status, 403);
  const packed = await host.ask("/v1/models/import", {
    method: "POST",
    body: "x",
    headers: { "content-encoding": "gzip" },
  });
  assertEquals(packed.status, 415);
  assertEquals((await host.ask("/v1/models")).json, before);
  await host.checkWell();
});

Deno.test("a file may be larger than other bodies, but not without end", async () => {
  await using host = await trainedHost(
    "watch_interval = 1h; neurald { body_limit = 1kb; }",
  );
  const file = await exportOf(host);
  assert(file.length > 1024);
  assertEquals((await send(host, "?force=true", file)).status, 200);
  const large = new Uint8Array(64 * 2 ** 20 + 1);
  assertEquals((await send(host, "", large)).status, 413);
});

Deno.test("damaged files are refused, and nothing of them stays", async () => {
  await using host = await trainedHost();
  const file = await exportOf(host);
  const before = (await host.ask("/v1/models")).json;
  const random = new Random(1);
  for (let i = 0; i < 200; i++) {
    const damaged = i % 2
      ? file.slice(0, Math.floor(random.uniform() * file.length))
      : file.slice();
    for (let k = 0; k < 3 && damaged.length > 0; k++) {
      const at = Math.floor(random.uniform() * damaged.length);
      damaged[at] ^= 1 + Math.floor(random.uniform() * 255);
    }
    const { status, json } = await send(host, "?force=true", damaged);
    assertEquals(status, 400, JSON.stringify(json));
    assertEquals(Object.keys(json), ["error"]);
  }
  assertEquals((await host.ask("/v1/models")).json, before);
  await host.checkWell();
});
