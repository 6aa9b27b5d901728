import { assertRejects } from "@std/assert";
import { Connection } from "../../../lib/store/redis/connection.ts";
import { redisTest } from "./redis_test_case.ts";
import { RedisServer } from "./server.ts";

redisTest("whoever has the port of a Redis is not taken for it", async () => {
  await using server = await RedisServer.start();
  await server.stop();
  {
    using _ = Deno.listen({ hostname: "127.0.0.1", port: server.port });
    await assertRejects(() => server.startAgain(), Error, "taken?");
  }
  await server.startAgain();
  await (await Connection.open(server.url)).close();
});
