import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { Connection } from "../../../lib/store/redis/connection.ts";
import {
  redisOptions,
  type RedisSettings,
} from "../../../lib/store/redis/options.ts";
import { StoreError } from "../../../lib/store/store.ts";
import { makeCertificates } from "./certificates.ts";
import { redisTest } from "./redis_test_case.ts";
import { RedisServer } from "./server.ts";

redisTest("TLS with an authority and certificates of one's own", async () => {
  const folder = await Deno.makeTempDir({ prefix: "neurald-test-" });
  try {
    const { authority, certificate, key } = await makeCertificates(folder);
    await using server = await RedisServer.start([
      ...["--tls-ca-cert-file", authority],
      ...["--tls-cert-file", certificate, "--tls-key-file", key],
    ], ["--tls-port"]);
    const host = `127.0.0.1:${server.option("--tls-port")}`;
    const client = {
      timeoutSeconds: 5,
      sslCertificate: certificate,
      sslKey: key,
    };
    const whole = { ...client, sslCa: authority };

    const good: [RedisSettings, string | undefined][] = [
      [{ servers: [host], ssl: true, ...whole }, undefined],
      [whole, `rediss://${host}`],
      [{ ...whole, sni: "redis.example" }, `rediss://${host}`],
      [{ ...client, noSslVerify: true }, `rediss://${host}`],
    ];
    for (const [settings, url] of good) {
      const connection = await Connection.open(redisOptions(settings, url));
      assertEquals(connection.url, `rediss://${host}`);
      assertEquals(String(await connection.ask("PING")), "PONG");
      await connection.close();
    }

    const authorities = `${folder}/authorities`;
    await Deno.mkdir(authorities);
    await Deno.copyFile(authority, `${authorities}/one.pem`);
    const connection = await Connection.open(
      redisOptions(
        { ...client, sslCaDirectory: authorities },
        `rediss://${host}`,
      ),
    );
    await connection.close();

    const bad: [RedisSettings, string, string | RegExp][] = [
      [client, `rediss://${host}`, "self-signed certificate"],
      [{ ...whole, sni: "other.example" }, `rediss://${host}`, "altnames"],
      [
        { timeoutSeconds: 5, sslCa: authority },
        `rediss://${host}`,
        // The server says so, or only ends it.
        /CertificateRequired|it closed the connection/,
      ],
      [{ sslCa: `${folder}/none` }, `rediss://${host}`, "/none cannot be read"],
      [{ sslCa: key, ...client }, `rediss://${host}`, "certificate"],
      [{}, `redis://${host}`, "it closed the connection"],
      [whole, `rediss://127.0.0.1:${server.port}`, ""],
    ];
    for (const [settings, url, part] of bad) {
      const { message } = await assertRejects(
        () => Connection.open(redisOptions(settings, url)),
        StoreError,
      );
      assertStringIncludes(message, `${url}: `);
      assertMatch(message, part instanceof RegExp ? part : RegExp(part));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
