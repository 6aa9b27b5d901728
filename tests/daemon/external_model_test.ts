import { assert, assertEquals } from "@std/assert";
import type { ExternalStatus } from "../../lib/engine/external/state.ts";
import { generateKeyPair, type KeyPair } from "../../lib/model/signature.ts";
import { decodeRnm, encodeRnm } from "../../lib/model/rnm.ts";
import { decodeKann, encodeKann } from "../../lib/nn/kann.ts";
import { mails } from "../engine/mail.ts";
import { type Behaviour, ModelServer } from "../external/model_server.ts";
import { Host } from "./host.ts";
import { trainedHost } from "./trained_host.ts";
import { until } from "./until.ts";

const SCANS = mails(20, 900);

/** A model, trained elsewhere. */
async function modelFrom(
  host: Host,
  version: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(
    `${host.url}/v1/models/default:default:${version}/export`,
  );
  assertEquals(response.status, 200);
  return await response.bytes();
}

function configFor(server: ModelServer, keys: KeyPair, more = ""): string {
  return `watch_interval = 1h;
    external_model {
      url = "${server.url}";
      sign_key = "${keys.publicKey}";
      allow_private = true;
      check_interval = 1s;
      timeout = 0.5s;
      ${more}
    }`;
}

async function scoresOf(host: Host): Promise<number[]> {
  const answers = await host.postLines("/v1/score", SCANS);
  return answers.map(({ results }) => results[0].output);
}

async function externalOf(host: Host): Promise<ExternalStatus> {
  const { rules } = await host.status();
  return rules.default.external_model!;
}

/** Waits until the check ends so. */
async function untilState(
  host: Host,
  state: ExternalStatus["state"],
  failure?: ExternalStatus["failure"],
  reason = "",
): Promise<ExternalStatus> {
  return await until(`${state} ${failure} ${reason}`, async () => {
    const status = await externalOf(host);
    const isSo = status?.state === state && status.failure === failure &&
      (status.reason ?? "").includes(reason);
    return isSo ? status : undefined;
  });
}

async function untilVersion(host: Host, version: number): Promise<void> {
  await until(`version ${version} is in service`, async () => {
    const { networks } = (await host.status()).rules.default;
    return networks[0]?.model?.version === version;
  });
}

function damaged(file: Uint8Array): Uint8Array<ArrayBuffer> {
  const rnm = decodeRnm(file);
  const graph = decodeKann(rnm.ann);
  for (const node of graph.nodes) {
    if (node.kind === "leaf" && node.values) node.values[0] = NaN;
  }
  return Uint8Array.from(encodeRnm({ ...rnm, ann: encodeKann(graph) }));
}

Deno.test("an external model, from its first day to the end of its server", async () => {
  const keys = await generateKeyPair();
  await using elsewhere = await trainedHost();
  const file = await modelFrom(elsewhere, 1);
  const expected = await scoresOf(elsewhere);
  await using server = new ModelServer(file, keys.privateKey);
  await using host = await Host.start(configFor(server, keys));

  // Fetched and verified.
  await untilVersion(host, 1);
  assertEquals(await scoresOf(host), expected);
  const { origin } = (await host.network()).model!;
  assert(origin.kind === "external");
  assertEquals(origin.url, server.url);
  assertEquals(origin.etag, `"${origin.sha256}"`);
  assertEquals(origin.signed_by, keys.publicKey);
  const { succeeded_at } = await untilState(host, "current");
  // Asked again, and not sent again.
  await until("it is asked again", () => server.count("304 /model") > 0);
  assertEquals(server.count("200 /model"), 1);

  // Whatever goes wrong, it stays.
  const bad: [Behaviour, ExternalStatus["failure"], string][] = [
    ["error", "unavailable", "the server answers 500"],
    ["missing", "unavailable", "the server answers 404"],
    ["slow", "timeout", "longer than 0.5 s"],
    ["oversized", "oversized", "larger than 67108864 bytes"],
    ["truncated", "truncated", "ended in the middle"],
    ["redirecting", "forbidden", "redirected to file:"],
    ["cut short", "signature", "is not that of the key"],
    ["unsigned", "signature", "has no signature"],
    ["wrongly signed", "signature", "is not that of the key"],
  ];
  for (const [behaviour, failure, reason] of bad) {
    server.behaviour = behaviour;
    const status = await untilState(host, "failing", failure, reason);
    assert(status.succeeded_at! >= succeeded_at!);
    assertEquals(await scoresOf(host), expected, behaviour);
  }
  server.behaviour = "good";
  await untilState(host, "current");
  const unusable: [Uint8Array, ExternalStatus["failure"], string][] = [
    [new TextEncoder().encode("hello"), "unreadable", "no RNM1 file"],
    [damaged(file), "unreadable", "is NaN"],
    [file.slice(0, -100), "unreadable", ""],
  ];
  for (const [other, failure, reason] of unusable) {
    server.file = Uint8Array.from(other);
    await untilState(host, "failing", failure, reason);
    assertEquals(await scoresOf(host), expected);
  }
  // Once for each kind of failure, and not for each check.
  const warnings = host.logged("warn");
  assertEquals(warnings.length, 7, warnings.join("\n"));
  assertEquals((await host.network()).model!.version, 1);

  // Another one comes.
  await elsewhere.postLines("/v1/learn", mails(60, 100));
  assert((await elsewhere.post("/v1/train", "")).json.trained);
  server.file = await modelFrom(elsewhere, 2);
  await untilVersion(host, 2);
  await untilState(host, "current");
  const updated = await scoresOf(host);
  assertEquals(updated, await scoresOf(elsewhere));

  // The server is gone, and so was the daemon for a while.
  await server.close();
  await untilState(host, "failing", "unreachable", "ECONNREFUSED");
  await host.restart();
  await untilState(host, "failing", "unreachable");
  assertEquals(await scoresOf(host), updated);
  assertEquals((await host.network()).model!.version, 2);
  server.open();
  await untilState(host, "current");
  assertEquals(host.logged("error"), []);
});
