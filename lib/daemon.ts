/**
 * The daemon: a store, the engine over it, and a server in front.
 *
 * @module
 */

import { type ListenAddress, parseListenAddress } from "./config/address.ts";
import type { Config } from "./config/config.ts";
import { whyExposed } from "./config/exposure.ts";
import { Engine } from "./engine/engine.ts";
import { processName } from "./engine/process_name.ts";
import { sharingOf } from "./engine/sharing.ts";
import { within } from "./engine/within.ts";
import { Gate } from "./http/access/access.ts";
import { createApp } from "./http/app.ts";
import {
  type Certificate,
  readCertificate,
} from "./http/server/certificate.ts";
import { Deadlines } from "./http/deadline.ts";
import { Events } from "./http/events.ts";
import { Failures } from "./http/failure.ts";
import { Metrics } from "./http/metrics.ts";
import { Overload } from "./http/overload.ts";
import { RequestFigures } from "./http/request_figures.ts";
import { RequestLog } from "./http/request_log.ts";
import { listen, ListenError, type Server } from "./http/server/server.ts";
import type { Service } from "./http/service.ts";
import type { Log } from "./log/log.ts";
import {
  type AutolearnRegistry,
  PROCESS_REGISTRY,
} from "./policy/autolearn/registry.ts";
import { partsOf } from "./page/snapshot.ts";
import { EventLoopLag } from "./metrics/event_loop.ts";
import { counter, type Family, gauge } from "./metrics/family.ts";
import { processFamilies } from "./metrics/process.ts";
import { openStore } from "./store/open.ts";
import { StoreFigures } from "./store/store_figures.ts";
import { StoreLog } from "./store/store_log.ts";
import { watchedStore } from "./store/watched_store.ts";
import { VERSION } from "./version.ts";

/** What a daemon needs. */
export interface DaemonOptions {
  /** The configuration, without errors. */
  config: Config;
  /** Takes what the daemon has to say. */
  log: Log;
  /**
   * URL of the store (see `lib/store/open.ts`); by default it is the Redis
   * that the configuration names.
   */
  store?: string;
  /** Where to listen; by default the configured address. */
  listen?: ListenAddress;
  /** Numbers in [0, 1) for autolearn and admission. */
  random?: () => number;
  /**
   * Guards, and defaults of autolearn; by default those of this process
   * (`registerGuard`, `configure`).
   */
  autolearn?: AutolearnRegistry;
  /** Gives the seed of each training. */
  nextSeed?: () => number;
}

/** A daemon that is running. */
export interface Daemon {
  /** Where it answers: `http://127.0.0.1:11336` or `unix:/PATH`. */
  readonly url: string;
  /** Where it keeps things, without secrets. */
  readonly store: string;
  /**
   * Goes on with other rules. No request is dropped, and models stay in
   * service. The address and the store stay as they are; the certificate is
   * read again.
   *
   * @throws {import("./http/server/server.ts").ListenError} (as a rejection) when the
   * address may not be served by it; then all stays as it is
   */
  reconfigure(config: Config): Promise<void>;
  /**
   * Resolves with the reason when it can be of no more use, and is to be
   * stopped and started again.
   */
  readonly failed: Promise<Error>;
  /**
   * Ends it within 5 seconds: requests under way are answered, and what was
   * acknowledged is safe. What takes longer is given up, and told to the log.
   */
  stop(): Promise<void>;
}

/** How long requests under way may take when the daemon ends. */
const GRACE_MS = 3000;

/** How long its end may take in all, and without closing the store. */
const STOP_MS = 4500;
const WORK_MS = 3500;

/**
 * Starts a daemon. When it resolves, the daemon is ready.
 *
 * @throws {import("./store/store.ts").StoreError} when the store cannot be used
 * @throws {import("./http/server/server.ts").ListenError} when the address cannot
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { log, config } = options;
  const address = options.listen ?? parseListenAddress(config.neurald.listen)!;
  checkExposed(address, config);
  const storeFigures = new StoreFigures();
  const opened = await openStore(
    options.store,
    options.config.redis,
    sharingOf(options.config),
    (problem) => {
      storeFigures.noteDamage();
      log.error("the store was damaged", { problem });
    },
  );
  const storeLog = new StoreLog(opened, log);
  const store = watchedStore(opened, (event) => {
    storeFigures.observe(event);
    storeLog.observe(event);
  });
  const engine = new Engine({
    ...options,
    autolearn: options.autolearn ?? PROCESS_REGISTRY,
    store,
    holder: processName(),
  });
  try {
    await engine.start();
    const server = await serve(engine, storeFigures, address, options);
    log.info("ready", { url: server.url, store: store.url, version: VERSION });
    return {
      url: server.url,
      store: store.url,
      async reconfigure(config) {
        checkExposed(address, config);
        const isHttps = server.url.startsWith("https:");
        const certificate = isHttps
          ? await certificateOf(config, log)
          : undefined;
        await engine.reconfigure(config);
        if (certificate) server.renew(certificate);
      },
      failed: Promise.race([
        engine.failed,
        ...store.ended ? [store.ended] : [],
      ]),
      async stop() {
        const deadline = performance.now() + STOP_MS;
        const giveUp = (what: string) => (error: Error) =>
          log.warn("some work was given up", { work: what, error });
        await Promise.all([
          server.close(GRACE_MS),
          within(WORK_MS, engine.stop()).catch(giveUp("what was begun")),
        ]);
        const leftMs = Math.ceil(deadline - performance.now());
        await within(leftMs, store.close(leftMs))
          .catch(giveUp("closing the store"));
        log.info("stopped");
      },
    };
  } catch (error) {
    await engine.stop();
    await store.close();
    throw error;
  }
}

/** @throws {ListenError} when strangers could use it */
function checkExposed(address: ListenAddress, { neurald }: Config): void {
  const problem = whyExposed(address, neurald);
  if (problem !== undefined) throw new ListenError(problem);
}

/** The configured certificate; the log is told when it is too old. */
async function certificateOf(
  { neurald: { tls } }: Config,
  log: Log,
): Promise<Certificate | undefined> {
  const certificate = await readCertificate(tls);
  if (certificate && certificate.validTo.getTime() < Date.now()) {
    const { certificate: file } = tls;
    log.warn("the certificate has expired", { file });
  }
  return certificate;
}

async function serve(
  engine: Engine,
  storeFigures: StoreFigures,
  address: ListenAddress,
  { config, log }: DaemonOptions,
): Promise<Server> {
  const requestFigures = new RequestFigures();
  const lag = new EventLoopLag();
  let troubles = 0;
  const options = () => engine.networks.config.neurald;
  const deadlines = new Deadlines(() => 1000 * options().requestTimeoutSeconds);
  const metrics = new Metrics(async () => [
    ...await engine.figures(),
    ...storeFigures.families(),
    ...requestFigures.families(),
    ...service.overload.families(),
    ...service.events.families(),
    ...server.connections.families(),
    ...daemonFamilies(troubles),
    lag.family(),
    ...processFamilies(),
  ]);
  const service: Service = {
    engine,
    requestFigures,
    requestLog: new RequestLog(log, () => 1000 * options().slowRequestSeconds),
    metrics,
    failures: new Failures(log),
    events: new Events(() => partsOf(engine)),
    gate: new Gate(
      () => options().tokens,
      log,
      (failure) => requestFigures.noteToken(failure),
    ),
    overload: new Overload(() => options().maxRequests),
    get hostNames() {
      return options().hostNames;
    },
    get limits() {
      return { maxBytes: options().bodyLimitBytes, deadlines };
    },
  };
  const app = createApp(service, {
    version: VERSION,
    startedAt: Date.now() / 1000,
  });
  const server: Server = await listen(address, app, log, {
    certificate: "path" in address
      ? undefined
      : await certificateOf(config, log),
    socketMode: parseInt(config.neurald.socketMode, 8),
    limits() {
      const { maxConnections, requestTimeoutSeconds } = options();
      return { most: maxConnections, timeoutMs: 1000 * requestTimeoutSeconds };
    },
    onTrouble: () => troubles++,
  });
  lag.start();
  return {
    ...server,
    close(graceMs) {
      // Answers that never end would be waited for.
      service.events.close();
      lag[Symbol.dispose]();
      return server.close(graceMs);
    },
  };
}

/** What the daemon has to tell besides its parts. */
function daemonFamilies(troubles: number): Family[] {
  const labels = { version: VERSION, deno: Deno.version.deno };
  return [
    gauge("neurald_build_info", "Always 1; the labels tell what runs.", [
      { labels, value: 1 },
    ]),
    counter(
      "neurald_listener_troubles_total",
      "How often no connection could be accepted, as for want of descriptors.",
      troubles,
    ),
  ];
}
