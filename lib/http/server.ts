/**
 * Listening on a TCP port or a Unix socket.
 *
 * @module
 */

import { setTimeout as wait } from "node:timers/promises";
import type { ListenAddress } from "../config/address.ts";
import type { Log } from "../engine/log.ts";
import { failureResponse } from "./failure.ts";

/** The address cannot be listened on. The message says why. */
export class ListenError extends Error {
  override name = "ListenError";
}

/** A server that answers requests. */
export interface Server {
  /** `http://127.0.0.1:11336` or `unix:/run/neurald/socket`. */
  readonly url: string;
  /**
   * Refuses new requests, and waits for those under way, but not longer than
   * the grace. Connections of clients that are slower stay open until the
   * process ends: Deno (2.8.3) cannot cut them off while it shuts down.
   */
  close(graceMs: number): Promise<void>;
}

/** Answers a request. */
export type RequestHandler = (request: Request) => Response | Promise<Response>;

/** Who may use a Unix socket: its owner and their group. */
const SOCKET_MODE = 0o660;

/** How long to wait before listening again. */
const RETRY_MS = 1000;

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
): Promise<Server> {
  const requests = new Requests(handler);
  const listener = await Listener.open(
    address,
    (request) => requests.answer(request),
    log,
  );
  return {
    url: listener.url,
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
  /** `http://127.0.0.1:11336` or `unix:/run/neurald/socket`. */
  readonly url: string;
  readonly #address: ListenAddress;
  readonly #answer: RequestHandler;
  readonly #log: Log;
  readonly #closing = new AbortController();
  /** None while it cannot listen. */
  #server?: Deno.HttpServer;

  private constructor(
    server: Deno.HttpServer,
    answer: RequestHandler,
    log: Log,
  ) {
    this.#address = addressOf(server);
    this.url = urlOf(this.#address);
    this.#answer = answer;
    this.#log = log;
    this.#use(server);
  }

  static async open(
    address: ListenAddress,
    answer: RequestHandler,
    log: Log,
  ): Promise<Listener> {
    return new Listener(await serveAt(address, answer), answer, log);
  }

  /** Refuses connections, and waits for the answers under way. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#server?.shutdown();
  }

  #use(server: Deno.HttpServer): void {
    this.#server = server;
    server.finished.catch((error) => this.#listenAgain(error));
  }

  async #listenAgain(error: Error): Promise<void> {
    const { signal } = this.#closing;
    this.#server = undefined;
    let problem = `no connection can be accepted: ${error.message}`;
    while (!signal.aborted) {
      this.#log.error("listening again in a second", {
        url: this.url,
        problem,
      });
      await wait(RETRY_MS, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      try {
        const server = await serveAt(this.#address, this.#answer);
        if (signal.aborted) return await server.shutdown();
        return this.#use(server);
      } catch (error) {
        problem = (error as Error).message;
      }
    }
  }
}

function addressOf({ addr }: Deno.HttpServer): ListenAddress {
  if ("path" in addr) return { path: addr.path! };
  const { hostname, port } = addr as Deno.NetAddr;
  return { hostname, port };
}

function urlOf(address: ListenAddress): string {
  if ("path" in address) return `unix:${address.path}`;
  const { hostname, port } = address;
  return `http://${
    hostname.includes(":") ? `[${hostname}]` : hostname
  }:${port}`;
}

async function serveAt(
  address: ListenAddress,
  answer: RequestHandler,
): Promise<Deno.HttpServer> {
  const common = { onListen: () => {} };
  try {
    if (!("path" in address)) {
      return Deno.serve({ ...common, ...address }, answer);
    }
    await removeStaleSocket(address.path);
    const server = Deno.serve({ ...common, path: address.path }, answer);
    await Deno.chmod(address.path, SOCKET_MODE);
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

  async answer(request: Request): Promise<Response> {
    if (this.#isEnding) return failureResponse("neurald is stopping", 503);
    this.#underWay++;
    try {
      const response = await this.#handler(request);
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
