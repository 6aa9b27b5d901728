import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  limitWorkers,
  workerOptions,
  type WorkerPermissions,
} from "../../lib/worker_permissions.ts";
import { inFolder } from "../cli/neurald.ts";
import { GuardServer } from "../engine/guard_server.ts";
import { mail } from "../engine/mail.ts";
import { Scrape } from "../metrics/scrape.ts";
import { serve } from "../external/servers.ts";
import { freePort, RedisServer } from "../store/redis/server.ts";
import { WITH_TOKENS } from "../http/access/tokens.ts";
import { DaemonProcess } from "./process.ts";
import { pause, until } from "./until.ts";

/** Makes folders as a system has them, with an empty configuration. */
async function makeFolders(folder: string): Promise<void> {
  for (const name of ["etc", "run"]) await Deno.mkdir(`${folder}/${name}`);
  await Deno.writeTextFile(`${folder}/etc/neurald.conf`, "");
}

/** An intruder, who knows the daemon's folders. */
function intruder(folder: string): string {
  const module = new URL("./intruder.ts", import.meta.url);
  module.searchParams.set("folder", folder);
  return module.href;
}

/** Asks at a port or a Unix socket. */
async function send(
  url: string,
  method: "GET" | "POST",
  path: string,
  body?: string,
  type = "application/x-ndjson",
): Promise<Response> {
  const init = { method, body, headers: { "content-type": type } };
  if (!url.startsWith("unix:")) return await fetch(url + path, init);
  using client = Deno.createHttpClient({
    proxy: { transport: "unix", path: url.slice("unix:".length) },
  });
  const response = await fetch(`http://localhost${path}`, { ...init, client });
  return new Response(await response.text(), response);
}

/** Learns, trains, scores and reloads, all of which must still work. */
async function checkWorks(daemon: DaemonProcess): Promise<void> {
  const scans = Array.from({ length: 40 }, (_, i) => {
    const mailClass = i % 2 ? "ham" : "spam";
    return JSON.stringify(mail(mailClass, i, { class: mailClass }));
  });
  const learned = await send(
    daemon.url,
    "POST",
    "/v1/learn",
    scans.join("\n"),
  );
  assertEquals(learned.status, 200, await learned.text());
  const { trained } = await (await send(daemon.url, "POST", "/v1/train"))
    .json();
  assert(trained, daemon.stderr);
  const { results } =
    await (await send(daemon.url, "POST", "/v1/score", scans[0]))
      .json();
  assert(results.length > 0);
  const metrics = await send(daemon.url, "GET", "/metrics");
  const figures = new Scrape(await metrics.text());
  assertEquals(figures.value("neurald_store_up"), 1);
  assert(figures.value("process_cpu_seconds_total") > 0);
  daemon.signal("SIGHUP");
  await until("it reloads", () => daemon.stderr.includes("info reloaded"));
}

/** What it may do now. */
async function triedIn(daemon: DaemonProcess): Promise<string> {
  const tries = daemon.stderr.split("intruder: ").length;
  daemon.signal("SIGUSR2");
  const [, allowed] = await until(
    "it has tried",
    () => /^([^.]*)\.\n/.exec(daemon.stderr.split("intruder: ")[tries] ?? ""),
  );
  return allowed;
}

for (
  const [what, listen, kind] of [
    ["a port and a file", undefined, "file"],
    ["a socket and a file", "socket", "file"],
    ["a port and a Redis", undefined, "redis"],
    ["a port and a Redis at a socket", undefined, "socket"],
    ["a socket and a Redis at a socket", "socket", "socket"],
  ] as const
) {
  Deno.test(`with ${what} a daemon may only read its configuration`, () =>
    inFolder(async (folder) => {
      await using redis = kind === "file"
        ? undefined
        : await RedisServer.start();
      const stores = {
        file: `${folder}/store/neurald.sqlite`,
        redis: redis?.url ?? "",
        socket: `redis+unix://${redis?.socket}`,
      };
      await makeFolders(folder);
      await using daemon = await DaemonProcess.start({
        store: stores[kind],
        // Where the system chooses a port, all of this host's have to do.
        listen: listen
          ? `unix:${folder}/run/socket`
          : `127.0.0.1:${freePort()}`,
        config: `${folder}/etc/neurald.conf`,
        preload: intruder(folder),
      });
      assertEquals(await triedIn(daemon), "configuration");
      await checkWorks(daemon);
      if (redis) {
        await redis.stop();
        await redis.startAgain();
        await until(
          "it is back",
          async () => (await send(daemon.url, "GET", "/readyz")).ok,
        );
        await checkWorks(daemon);
      }
      assertEquals(await triedIn(daemon), "configuration");
      const { status } = await daemon.end("SIGTERM");
      assertEquals(status.code, 0, daemon.stderr);
    }));
}

for (const host of ["localhost", "0.0.0.0", "[::1]"]) {
  Deno.test(`at ${host} a daemon may see whether it is reached`, () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/neurald.conf`, WITH_TOKENS);
      await using daemon = await DaemonProcess.start({
        store: `${folder}/neurald.sqlite`,
        listen: `${host}:${freePort()}`,
        config: `${folder}/neurald.conf`,
      });
      // Longer than it waits for others to connect.
      await pause(8000);
      assertEquals(daemon.complaints, []);
      const { status } = await daemon.end("SIGTERM");
      assertEquals(status.code, 0, daemon.stderr);
    }));
}

Deno.test("the thread that has started it may do nothing any more", () =>
  inFolder(async (folder) => {
    await makeFolders(folder);
    await using daemon = await DaemonProcess.start({
      store: `${folder}/store/neurald.sqlite`,
      config: `${folder}/etc/neurald.conf`,
      preloadFirst: intruder(folder),
    });
    assertEquals(await triedIn(daemon), "");
    await checkWorks(daemon);
  }));

Deno.test("the store may be a link, or in one, as systemd's folder is", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/private/neurald`, { recursive: true });
    await Deno.symlink("private/neurald", `${folder}/neurald`);
    const use = async (store: string) => {
      await using daemon = await DaemonProcess.start({ store });
      const { status } = await daemon.end("SIGTERM");
      assertEquals(status.code, 0, daemon.stderr);
    };
    await use(`${folder}/neurald/new/store.sqlite`);
    await use(`${folder}/neurald/new/store.sqlite`);
    await Deno.symlink("neurald/new/store.sqlite", `${folder}/link.sqlite`);
    await use(`${folder}/link.sqlite`);
  }));

Deno.test("the network is kept for guards and models from elsewhere", () =>
  inFolder(async (folder) => {
    await using guard = new GuardServer(() => Response.json({ allow: true }));
    const fetched = Promise.withResolvers<void>();
    await using models = serve(() => {
      fetched.resolve();
      return new Response(null, { status: 404 });
    });
    const { port } = models.url;
    const config =
      `autolearn { enabled = true; spam_score = 6; ham_score = -2; }
      external_model {
        url = "http://localhost:${port}/model";
        allow_private = true;
        check_interval = 1s;
      }
      neurald { guards { site { url = "${guard.url}"; } } }`;
    const path = `${folder}/etc/neurald.conf`;
    await makeFolders(folder);
    const options = {
      store: `${folder}/store/neurald.sqlite`,
      listen: `unix:${folder}/run/socket`,
      config: path,
      preload: intruder(folder),
    };
    // Who did not need it was not given it.
    await using poor = await DaemonProcess.start(options);
    await Deno.writeTextFile(path, config);
    poor.signal("SIGHUP");
    const reason = () => /not reloaded reason="(.*)"/.exec(poor.stderr)?.[1];
    const told = await until("it is told", reason);
    assertMatch(
      told,
      /network at 127\.0\.0\.1:\d+, .* at all hosts; restart it/,
    );
    assertEquals(await triedIn(poor), "configuration");
    const status = await (await send(poor.url, "GET", "/v1/status")).json();
    assertEquals(status.guards, undefined, "all is as it was");
    await poor.end("SIGTERM");

    await using daemon = await DaemonProcess.start(options);
    assertEquals(await triedIn(daemon), "net fetch configuration");
    await fetched.promise;
    await until("it has answered", async () => {
      const { rules } = await (await send(daemon.url, "GET", "/v1/status"))
        .json();
      return rules.default.external_model.failure === "unavailable";
    });
    const { symbols } = mail("spam", 1);
    const scan = JSON.stringify({ symbols, score: 30, action: "reject" });
    const { learned } = await (await send(
      daemon.url,
      "POST",
      "/v1/learn",
      scan,
      "application/json",
    )).json();
    assert(learned, daemon.stderr);
    assertEquals(guard.questions.length, 1);
    // Less may be needed at any time.
    await Deno.writeTextFile(path, "");
    await checkWorks(daemon);
  }));

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
