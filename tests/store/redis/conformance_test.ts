import { Connection } from "../../../lib/store/redis/connection.ts";
import { redisStore } from "../../../lib/store/redis/store.ts";
import { conformanceTests } from "../conformance.ts";
import { HAS_REDIS } from "./redis_test_case.ts";
import { RedisServer } from "./server.ts";

let server: Promise<RedisServer> | undefined;
Deno.test.afterAll(async () => await (await server)?.[Symbol.asyncDispose]());

conformanceTests("Redis", async () => {
  const { url } = await (server ??= RedisServer.start());
  const connection = await Connection.open(url);
  await connection.ask("FLUSHALL");
  return { store: redisStore(connection), cleanup: () => Promise.resolve() };
}, !HAS_REDIS);
