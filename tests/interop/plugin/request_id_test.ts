import { assert, assertEquals } from "@std/assert";
import { inFolder } from "../../cli/neurald.ts";
import { DaemonProcess } from "../../daemon/process.ts";
import { until } from "../../daemon/until.ts";
import { RedisServer } from "../../store/redis/server.ts";
import { makeMessages } from "../messages.ts";
import { ignore, startWithPlugin } from "./plugin.ts";

Deno.test(
  "a message has the same name in rspamd's log and in neurald's",
  { ignore },
  () =>
    inFolder(async (folder) => {
      const config = `${folder}/neurald.conf`;
      await Deno.writeTextFile(config, "neurald { log_level = debug; }");
      await using redis = await RedisServer.start();
      await using neurald = await DaemonProcess.start({
        store: `${folder}/store.sqlite`,
        config,
        logFormat: "json",
      });
      await using rspamd = await startWithPlugin(neurald.url, {
        redisPort: redis.port,
        options: "timeout = 5s;",
      });
      const messages = makeMessages(3, 1);
      for (const { text } of messages) await rspamd.scan(text);
      const ids = await until("all are scored", () => {
        const found = neurald.stderr.split("\n").slice(0, -1)
          .map((line) => JSON.parse(line))
          .filter(({ route, request_id }) =>
            route === "/v1/score" && request_id !== undefined
          )
          .map(({ request_id }) => request_id as string);
        return found.length >= messages.length ? found : undefined;
      });
      assertEquals(new Set(ids).size, messages.length);
      for (const id of ids) {
        assert(rspamd.log.includes(`<${id.slice(0, 6)}>`), rspamd.log);
      }
    }),
);
