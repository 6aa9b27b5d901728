import { assertRejects } from "@std/assert";
import { openStore } from "../../../../lib/store/open.ts";
import { StoreError } from "../../../../lib/store/store.ts";
import { makeCertificates } from "../certificates.ts";
import { redisTest } from "../redis_test_case.ts";
import { RedisCluster } from "./redis_cluster.ts";

redisTest("every server of a cluster is talked to by TLS", async () => {
  const folder = await Deno.makeTempDir({ prefix: "neurald-test-" });
  try {
    const certificates = await makeCertificates(folder);
    await using cluster = await RedisCluster.start({ certificates });
    const [{ server }] = cluster.masters;
    const url = `rediss+cluster://127.0.0.1:${server.option("--tls-port")}`;
    const settings = {
      timeoutSeconds: 5,
      sslCa: certificates.authority,
      sslCertificate: certificates.certificate,
      sslKey: certificates.key,
    };
    const store = await openStore(url, settings);
    // It writes to each of them.
    await store.check();
    await store.close();
    await assertRejects(
      () => openStore(url, { ...settings, sslCa: undefined }),
      StoreError,
      `${url}: self-signed certificate`,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
