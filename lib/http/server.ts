/**
 * Listening on a TCP port or a Unix socket.
 *
 * @module
 */

import { setTimeout as wait } from "node:timers/promises";
import type { ListenAddress } from "../config/address.ts";
import type { Log } from "../engine/log.ts";
import type { Certificate } from "./certificate.ts";
import { failureResponse } from "./failure.ts";
import { ListenError } from "./listen_error.ts";
import { UNIX_PEER } from "./peer.ts";

export { ListenError };

/** A server that answers requests. */
export interface Server {
  /** `http://127.0.0.1:11336`, `https://…`, or `unix:/run/neurald/socket`. */
  readonly url: string;
  /**
   * Serves by another certificate from now on. For that it listens anew, which
   * takes some milliseconds; requests under way are answered. Nothing happens
   * where it is the same.
   */
  renew(certificate: Certificate): Promise<void>;
  /**
   * Refuses new requests, and waits for those under way, but not longer than
   * the grace. Connections of clients that are slower stay open until the
   * process ends: Deno (2.8.3) cannot cut them off while it shuts down.
   */
  close(graceMs: number): Promise<void>;
}

/**
 * Answers a request.
 *
 * @param address of the client: an IP address, or `unix`
 */
export type RequestHandler = (
  request: Request,
  address: string,
) => Response | Promise<Response>;

/** How to listen. */
export interface ListenOptions {
  /** Permissions of a Unix socket: by default its owner's and their group's. */
  socketMode?: number;
  /** Serves HTTPS, at a port. */
  certificate?: Certificate;
  /** Called when connections cannot be accepted, before it listens again. */
  onTrouble?: () => void;
}

const SOCKET_MODE = 0o660;

/** How long to wait before listening again. */
const RETRY_MS = 1000;

/** How often, and how long, to wait for the port when there is a new one. */
const [RENEWAL_TRIES, RENEWAL_MS] = [100, 5];

/**
 * Answers requests at an address.
 *
 * @param log is told when connections cannot be accepted
 * @throws {ListenError} when it is taken, or not allowed
 */
export async function listen(
  address: ListenAddress,
  handler: RequestHandler,
  log: Log,
  options: ListenOptions = {},
): Promise<Server> {
  const requests = new Requests(handler);
  const listener = await Listener.open(
    address,
    (request, address) => requests.answer(request, address),
    log,
    options,
  );
  return {
    url: listener.url,
    renew: (certificate) => listener.renew(certificate),
    async close(graceMs) {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, graceMs);
      // First these: Deno (2.9.6) cuts off bodies that still arrive when it
      // shuts down.
      const closed = requests.end().then(() => listener.close());
      await Promise.race([closed, late.promise]);
      clearTimeout(timer);
    },
  };
}

/**
 * Accepts connections until it is closed. Deno ends a server for good when it
 * cannot accept one, such as for want of file descriptors; then this one
 * listens again, and connections that are open stay.
 */
class Listener {
  /** See {@linkcode Server.url}. */
  readonly url: string;
  readonly #address: ListenAddress;
  readonly #answer: RequestHandler;
  readonly #log: Log;
  readonly #closing = new AbortController();
  #options: ListenOptions;
  /** None while it cannot listen. */
  #server?: Deno.HttpServer;

  private constructor(
    server: Deno.HttpServer,
    answer: RequestHandler,
    log: Log,
    options: ListenOptions,
  ) {
    this.#address = addressOf(server);
    this.#options = options;
    this.url = urlOf(this.#address, options.certificate ? "https" : "http");
    this.#answer = answer;
    this.#log = log;
    this.#use(server);
  }

  static async open(
    address: ListenAddress,
    answer: RequestHandler,
    log: Log,
    options: ListenOptions,
  ): Promise<Listener> {
    const server = await serveAt(address, answer, options);
    return new Listener(server, answer, log, options);
  }

  /** Listens again, if the certificate is another one. */
  async renew(certificate: Certificate): Promise<void> {
    const { cert, key } = this.#options.certificate ?? {};
    if (certificate.cert === cert && certificate.key === key) return;
    this.#options = { ...this.#options, certificate };
    const old = this.#server;
    // Where it cannot listen it is about to listen again.
    if (!old) return;
    this.#server = undefined;
    old.shutdown().catch((error) =>
      this.#log.warn("connections with the old certificate were cut", { error })
    );
    // It lets go of the port a little later.
    for (let tries = 0; tries < RENEWAL_TRIES; tries++) {
      await wait(RENEWAL_MS);
      if (await this.#whyNotListening() === undefined) return;
    }
    await this.#listenAgain();
  }

  /** Refuses connections, and waits for the answers under way. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#server?.shutdown();
  }

  #use(server: Deno.HttpServer): void {
    this.#server = server;
    server.finished.catch((error) => this.#recover(error));
  }

  async #recover(error: Error): Promise<void> {
    this.#server = undefined;
    await this.#pause(`no connection can be accepted: ${error.message}`);
    await this.#listenAgain();
  }

  async #listenAgain(): Promise<void> {
    for (;;) {
      const problem = await this.#whyNotListening();
      if (problem === undefined) return;
      await this.#pause(problem);
    }
  }

  /** Listens, unless it is to be closed, or there is a problem. */
  async #whyNotListening(): Promise<string | undefined> {
    const { signal } = this.#closing;
    if (signal.aborted) return undefined;
    try {
      const server = await serveAt(this.#address, this.#answer, this.#options);
      if (signal.aborted) await server.shutdown();
      else this.#use(server);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  async #pause(problem: string): Promise<void> {
    const { signal } = this.#closing;
    if (signal.aborted) return;
    const { url } = this;
    this.#options.onTrouble?.();
    this.#log.error("listening again in a second", { url, problem });
    await wait(RETRY_MS, undefined, { signal }).catch(() => {});
  }
}

function addressOf({ addr }: Deno.HttpServer): ListenAddress {
  if ("path" in addr) return { path: addr.path! };
  const { hostname, port } = addr as Deno.NetAddr;
  return { hostname, port };
}

function urlOf(address: ListenAddress, scheme: "http" | "https"): string {
  if ("path" in address) return `unix:${address.path}`;
  const { hostname, port } = address;
  return `${scheme}://${
    hostname.includes(":") ? `[${hostname}]` : hostname
  }:${port}`;
}

async function serveAt(
  address: ListenAddress,
  answer: RequestHandler,
  { certificate, socketMode = SOCKET_MODE }: ListenOptions,
): Promise<Deno.HttpServer> {
  const common = { onListen: () => {} };
  try {
    if (!("path" in address)) {
      const { cert, key } = certificate ?? {};
      const tls = cert !== undefined && key !== undefined ? { cert, key } : {};
      return Deno.serve(
        { ...common, ...address, ...tls },
        (request, { remoteAddr }) => answer(request, remoteAddr.hostname),
      );
    }
    await removeStaleSocket(address.path);
    const server = Deno.serve(
      { ...common, path: address.path },
      (request) => answer(request, UNIX_PEER),
    );
    await Deno.chmod(address.path, socketMode);
    return server;
  } catch (error) {
    if (error instanceof ListenError) throw error;
    const where = "path" in address
      ? address.path
      : `${address.hostname}:${address.port}`;
    throw new ListenError(
      `cannot listen on ${where}: ${(error as Error).message}`,
    );
  }
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

/**
 * Whether connections stay open after requests with bodies. Deno 2.8.3 to 2.9.5
 * close them (denoland/deno#36657).
 */
const KEEPS_CONNECTIONS = isAtLeast(Deno.version.deno, [2, 9, 6]);

function isAtLeast(version: string, least: readonly number[]): boolean {
  const parts = version.split(".").map((part) => parseInt(part));
  const i = least.findIndex((number, i) => parts[i] !== number);
  return i < 0 || parts[i] > least[i];
}

/** Counts the requests under way, until no more are taken. */
class Requests {
  #handler: RequestHandler;
  #underWay = 0;
  #isEnding = false;
  readonly #ended = Promise.withResolvers<void>();

  constructor(handler: RequestHandler) {
    this.#handler = handler;
  }

  async answer(request: Request, address: string): Promise<Response> {
    if (this.#isEnding) return failureResponse("neurald is stopping", 503);
    this.#underWay++;
    try {
      const response = await this.#handler(request, address);
      // rspamd keeps a connection only where it is told to.
      if (KEEPS_CONNECTIONS) response.headers.set("connection", "keep-alive");
      return response;
    } finally {
      this.#underWay--;
      this.#settle();
    }
  }

  /** Takes no more, and resolves when those under way have their answers. */
  end(): Promise<void> {
    this.#isEnding = true;
    this.#settle();
    return this.#ended.promise;
  }

  #settle(): void {
    if (this.#isEnding && this.#underWay === 0) this.#ended.resolve();
  }
}
