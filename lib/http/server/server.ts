/**
 * Listening on a TCP port or a Unix socket.
 *
 * @module
 */

import { getRequestListener } from "@hono/node-server";
import type { IncomingMessage } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { ListenAddress } from "../../config/address.ts";
import type { Log } from "../../log/log.ts";
import type { Certificate } from "./certificate.ts";
import { type ConnectionLimits, Connections } from "./connections.ts";
import { failureResponse } from "../failure.ts";
import { ListenError } from "./listen_error.ts";
import { Listener } from "./listener.ts";
import { UNIX_PEER } from "../access/peer.ts";

export { ListenError };

/** A server that answers requests. */
export interface Server {
  /** `http://127.0.0.1:11336`, `https://…`, or `unix:/run/neurald/socket`. */
  readonly url: string;
  /** Its connections, to be counted. */
  readonly connections: Pick<Connections, "open" | "accepted" | "families">;
  /** Serves new connections by another certificate from now on. */
  renew(certificate: Certificate): void;
  /**
   * Refuses new requests, and waits for those under way, but not longer than
   * the grace; then all connections are cut.
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
  /** What clients may take; looked at from time to time. */
  limits?: () => ConnectionLimits;
  /** Called when connections cannot be accepted, before it listens again. */
  onTrouble?: () => void;
}

/** Until what was answered is on its way. */
const WRITING_MS = 10;

const SOCKET_MODE = 0o660;
const LIMITS: ConnectionLimits = { most: 1024, timeoutMs: 10_000 };

/**
 * Answers requests at an address.
 *
 * It is Node's server, as Deno has it: Deno's own (2.8.3) has neither deadlines
 * nor a bound of connections, and closes the connection after a body of more
 * than some hundred bytes (denoland/deno#36657), which takes three times as
 * long as all the rest.
 *
 * @param log is told when connections cannot be accepted
 * @throws {ListenError} when it is taken, or not allowed
 */
export async function listen(
  address: ListenAddress,
  handler: RequestHandler,
  log: Log,
  {
    socketMode = SOCKET_MODE,
    certificate,
    limits = () => LIMITS,
    onTrouble,
  }: ListenOptions = {},
): Promise<Server> {
  const requests = new Requests(handler);
  const connections = new Connections(limits);
  const peerOf = ({ socket }: IncomingMessage) =>
    "path" in address ? UNIX_PEER : socket.remoteAddress ?? "";
  const listener = await Listener.open(address, log, {
    answer: getRequestListener(
      (request, { incoming }) =>
        requests.answer(request, peerOf(incoming as IncomingMessage)),
      {
        // HTTP/1.0 knows no Host.
        hostname: "localhost",
        overrideGlobalObjects: false,
        errorHandler: (error) =>
          failureResponse(
            `this is no request: ${(error as Error).message}`,
            400,
          ),
      },
    ),
    connections,
    socketMode,
    certificate,
    onTrouble,
  });
  return {
    url: listener.url,
    connections,
    renew: (certificate) => listener.renew(certificate),
    async close(graceMs) {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, graceMs);
      // Until then, who comes is told so.
      const closed = requests.end().then(async () => {
        await wait(WRITING_MS);
        connections.cutUnused();
        await listener.close();
      });
      await Promise.race([closed, late.promise]);
      clearTimeout(timer);
      connections.cut();
    },
  };
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
      return await this.#handler(request, address);
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
