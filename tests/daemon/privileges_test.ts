import { assert, assertEquals } from "@std/assert";
import {
  limitWorkers,
  workerOptions,
  type WorkerPermissions,
} from "../../lib/worker_permissions.ts";
import { inFolder } from "../cli/neurald.ts";
import { mail } from "../engine/mail.ts";
import { RedisServer } from "../store/redis/server.ts";
import { DaemonProcess } from "./process.ts";
import { until } from "./until.ts";

const preload = new URL("./intruder.ts", import.meta.url).href;

/** Clients that can ask at a Unix socket too. */
async function post(url: string, path: string, body = ""): Promise<Response> {
  const headers = { "content-type": "application/x-ndjson" };
  const init = { method: "POST", body, headers };
  if (!url.startsWith("unix:")) return await fetch(url + path, init);
  const client = Deno.createHttpClient({
    proxy: { transport: "unix", path: url.slice("unix:".length) },
  });
  const response = await fetch(`http://localhost${path}`, { ...init, client });
  const copy = new Response(await response.text(), response);
  client.close();
  return copy;
}

/** Learns, trains, scores and reloads, all of which must still work. */
async function checkWorks(daemon: DaemonProcess): Promise<void> {
  const scans = Array.from({ length: 40 }, (_, i) => {
    const mailClass = i % 2 ? "ham" : "spam";
    return JSON.stringify(mail(mailClass, i, { class: mailClass }));
  });
  const learned = await post(daemon.url, "/v1/learn", scans.join("\n"));
  assertEquals(learned.status, 200, await learned.text());
  const { trained } = await (await post(daemon.url, "/v1/train")).json();
  assert(trained, daemon.stderr);
  const { results } = await (await post(daemon.url, "/v1/score", scans[0]))
    .json();
  assert(results.length > 0);
  daemon.signal("SIGHUP");
  await until("it reloads", () => daemon.stderr.includes("info reloaded"));
}

for (
  const [what, listen, kind, allowed] of [
    ["a port and a file", undefined, "file", "read net"],
    ["a socket and a file", "socket", "file", "read write"],
    ["a port and a Redis", undefined, "redis", "read net"],
  ] as const
) {
  Deno.test(`with ${what} a daemon may only: ${allowed}`, () =>
    inFolder(async (folder) => {
      await using redis = kind === "redis"
        ? await RedisServer.start()
        : undefined;
      await Deno.writeTextFile(`${folder}/neurald.conf`, "");
      // All that it is given it may use while it starts.
      await using daemon = await DaemonProcess.start({
        store: redis?.url ?? `${folder}/store.sqlite`,
        listen: listen && `unix:${folder}/socket`,
        config: `${folder}/neurald.conf`,
        preload,
      });
      const tried = async () => {
        const tries = daemon.stderr.split("intruder: ").length;
        daemon.signal("SIGUSR2");
        return await until(
          "it has tried",
          () =>
            /^([^.]*)\.\n/.exec(daemon.stderr.split("intruder: ")[tries])?.[1],
        );
      };
      assertEquals(await tried(), allowed);
      await checkWorks(daemon);
      if (redis) {
        await redis.stop();
        await redis.startAgain();
        await until("it is back", async () => {
          const response = await fetch(`${daemon.url}/readyz`);
          await response.body?.cancel();
          return response.ok;
        });
        await checkWorks(daemon);
      }
      assertEquals(await tried(), allowed);
      const { status } = await daemon.end("SIGTERM");
      assertEquals(status.code, 0, daemon.stderr);
    }));
}

/** What a thread with certain permissions may do, and in a folder. */
async function triedBy(
  permissions: WorkerPermissions | undefined,
  folder: string,
): Promise<[allowed: string, canUse: boolean]> {
  const worker = new Worker(
    new URL("./intruder_worker.ts", import.meta.url).href,
    workerOptions(permissions),
  );
  const answer = Promise.withResolvers<[string, boolean]>();
  worker.onmessage = ({ data }) => answer.resolve(data);
  worker.onerror = (event) => answer.reject(new Error(event.message));
  worker.postMessage(folder);
  try {
    return await answer.promise;
  } finally {
    worker.terminate();
  }
}

Deno.test("a thread may do what it was given, and nothing else", () =>
  inFolder(async (folder) => {
    const [all] = await triedBy(undefined, folder);
    assert(all.includes("run"), "without limits it may do what the tests may");
    limitWorkers();
    assertEquals(await triedBy(undefined, folder), ["", false]);
    const own = { read: [folder], write: [folder] };
    assertEquals(await triedBy(own, folder), ["", true]);
    assertEquals(await triedBy(own, `${folder}/..`), ["", false]);
  }));
