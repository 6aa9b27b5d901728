/**
 * Accepting connections, for as long as it takes.
 *
 * @module
 */

import {
  createServer,
  type RequestListener,
  type Server as NodeServer,
} from "node:http";
import {
  createServer as createSecureServer,
  type Server as SecureServer,
} from "node:https";
import { setTimeout as wait } from "node:timers/promises";
import type { ListenAddress } from "../../config/address.ts";
import { reachableAddress, serverUrl } from "../../config/server_url.ts";
import type { Log } from "../../log/log.ts";
import type { Certificate } from "./certificate.ts";
import type { Connections } from "./connections.ts";
import { ListenError } from "./listen_error.ts";
import { refuseUnreadable } from "./unreadable.ts";

/** How to listen. */
export interface ListenerOptions {
  /** Answers requests. */
  answer: RequestListener;
  /** Bounds the connections. */
  connections: Connections;
  /** Permissions of a Unix socket. */
  socketMode: number;
  /** Serves HTTPS, at a port. */
  certificate?: Certificate;
  /** Called when connections cannot be accepted, before it listens again. */
  onTrouble?: () => void;
}

/** How often connections are looked at. */
const LOOK_MS = 1000;

/** After so many looks without a new connection it makes one itself, */
const QUIET_LOOKS = 5;
/** which has to be noticed within this time. */
const NOTICE_MS = 1000;

/** How many connections may wait to be accepted. */
const BACKLOG = 511;

/**
 * Accepts connections until it is closed. For want of file descriptors Deno
 * (2.8.3) stops accepting, for good and without a word. Where nobody has
 * connected for a while it therefore tries itself, and listens again if that is
 * not noticed; connections that are open stay.
 */
export class Listener {
  /** `http://127.0.0.1:11336`, `https://…`, or `unix:/run/neurald/socket`. */
  readonly url: string;
  readonly #address: ListenAddress;
  readonly #log: Log;
  readonly #options: ListenerOptions;
  readonly #closing = new AbortController();
  #certificate?: Certificate;
  #server: NodeServer;

  private constructor(
    server: NodeServer,
    address: ListenAddress,
    log: Log,
    options: ListenerOptions,
  ) {
    this.#server = server;
    this.#address = address;
    this.url = serverUrl(addressOf(server), options.certificate !== undefined);
    this.#log = log;
    this.#options = options;
    this.#certificate = options.certificate;
    this.#watch();
  }

  /** @throws {ListenError} when the address is taken, or not allowed */
  static async open(
    address: ListenAddress,
    log: Log,
    options: ListenerOptions,
  ): Promise<Listener> {
    if ("path" in address) await removeStaleSocket(address.path);
    const server = await serverAt(address, options);
    // By the name that was given, which is what may be used; the port may have
    // been left to the system.
    const bound = addressOf(server);
    const known = "port" in bound ? { ...address, port: bound.port } : address;
    return new Listener(server, known, log, options);
  }

  /** Serves new connections by another certificate. */
  renew(certificate: Certificate): void {
    this.#certificate = certificate;
    useCertificate(this.#server, certificate);
  }

  /**
   * Refuses connections, and resolves when those that are open have ended; who
   * asks for nothing is not waited for.
   */
  close(): Promise<void> {
    this.#closing.abort();
    return closed(this.#server);
  }

  async #watch(): Promise<void> {
    // Before 2.8 Deno had another server there, which tells of no connection.
    if (!isAtLeast(Deno.version.deno, [2, 8, 0])) return;
    const { connections } = this.#options;
    const { signal } = this.#closing;
    let accepted = connections.accepted;
    let quietLooks = 0;
    for (;;) {
      await wait(LOOK_MS, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      connections.limit(this.#server);
      connections.dropStuck();
      quietLooks = connections.accepted === accepted ? quietLooks + 1 : 0;
      if (quietLooks >= QUIET_LOOKS) {
        quietLooks = 0;
        if (!await this.#isNoticed()) await this.#listenAgain();
      }
      accepted = connections.accepted;
    }
  }

  /** Whether a connection is accepted, or closed because there are too many. */
  async #isNoticed(): Promise<boolean> {
    const { connections } = this.#options;
    const before = connections.accepted;
    const address = reachableAddress(this.#address);
    try {
      using connection = "path" in address
        ? await Deno.connect({ transport: "unix", path: address.path })
        : await Deno.connect(address);
      let isClosed = false;
      connection.read(new Uint8Array(1)).finally(() => isClosed = true)
        .catch(() => {});
      for (let waited = 0; waited < NOTICE_MS; waited += NOTICE_MS / 50) {
        if (isClosed || connections.accepted !== before) return true;
        await wait(NOTICE_MS / 50);
      }
      return false;
    } catch {
      return false;
    }
  }

  async #listenAgain(): Promise<void> {
    const { signal } = this.#closing;
    const address = this.#address;
    this.#trouble("no connection can be accepted");
    const old = this.#server;
    // Those that are open are watched on; this one takes no more.
    const gone = new Promise((resolve) => old.once("close", resolve));
    old.close();
    old.closeIdleConnections();
    await Promise.race([gone, wait(NOTICE_MS)]);
    while (!signal.aborted) {
      try {
        const certificate = this.#certificate;
        const server = await serverAt(address, {
          ...this.#options,
          certificate,
        });
        if (signal.aborted) await closed(server);
        this.#server = server;
        return;
      } catch (error) {
        this.#trouble("it cannot listen again", error as Error);
        await wait(LOOK_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  #trouble(problem: string, error?: Error): void {
    this.#options.onTrouble?.();
    this.#log.error(problem, { url: this.url, error });
  }
}

async function serverAt(
  address: ListenAddress,
  { answer, certificate, connections, socketMode }: ListenerOptions,
): Promise<NodeServer> {
  const options = { connectionsCheckingInterval: LOOK_MS };
  const server: NodeServer = certificate
    ? createSecureServer({
      ...options,
      ...pemOf(certificate),
      handshakeTimeout: connections.timeoutMs,
    }, answer)
    : createServer(options, answer);
  server.on("clientError", refuseUnreadable);
  connections.watch(server);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.once("listening", resolve);
  try {
    if ("path" in address) {
      server.listen({ path: address.path, backlog: BACKLOG });
    } else {
      const { hostname: host, port } = address;
      server.listen({ host, port, backlog: BACKLOG });
    }
    await promise;
    if ("path" in address) await Deno.chmod(address.path, socketMode);
  } catch (error) {
    const where = "path" in address
      ? address.path
      : `${address.hostname}:${address.port}`;
    throw new ListenError(
      `cannot listen on ${where}: ${(error as Error).message}`,
    );
  }
  return server;
}

function isAtLeast(version: string, least: readonly number[]): boolean {
  const parts = version.split(".").map((part) => parseInt(part));
  const i = least.findIndex((number, i) => parts[i] !== number);
  return i < 0 || parts[i] > least[i];
}

function useCertificate(server: NodeServer, certificate: Certificate): void {
  (server as SecureServer).setSecureContext(pemOf(certificate));
}

function pemOf({ cert, key }: Certificate): { cert: string; key: string } {
  return { cert, key };
}

function addressOf(server: NodeServer): ListenAddress {
  const address = server.address()!;
  if (typeof address === "string") return { path: address };
  return { hostname: address.address, port: address.port };
}

/** Resolves when a server has let go of its address and its connections. */
function closed(server: NodeServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

/** A socket that nobody listens on is left over from one who was killed. */
async function removeStaleSocket(path: string): Promise<void> {
  const info = await Deno.lstat(path).catch(() => undefined);
  if (!info) return;
  if (!info.isSocket) throw new ListenError(`${path} is there, and no socket`);
  try {
    (await Deno.connect({ transport: "unix", path })).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
    return await Deno.remove(path);
  }
  throw new ListenError(`${path} is in use by another process`);
}
