/**
 * The connections of a server, within bounds of number and time.
 *
 * @module
 */

import type { Server as NodeServer } from "node:http";
import type { Socket } from "node:net";
import { counter, type Family, gauge } from "../../metrics/family.ts";

/** What clients may take of a server. */
export interface ConnectionLimits {
  /** Most connections at a time; others are closed at once. */
  most: number;
  /**
   * How long the headers of a request may take to arrive, and a client to take
   * the next part of an answer.
   */
  timeoutMs: number;
}

/**
 * How long a connection may be kept without a request. A little longer than
 * rspamd keeps one, so that it is not closed while it is used again.
 */
const KEEP_ALIVE_MS = 75_000;

/** How much of an answer a client has been sent, and since when no more. */
interface Progress {
  bytes: number;
  since: number;
}

/** Those of one server after the other, which listen at the same address. */
export class Connections {
  readonly #limits: () => ConnectionLimits;
  readonly #sockets = new Map<Socket, Progress>();
  #accepted = 0;

  /** @param limits asked from time to time, for they may change */
  constructor(limits: () => ConnectionLimits) {
    this.#limits = limits;
  }

  /** How many are open. */
  get open(): number {
    return this.#sockets.size;
  }

  /** How many there have been. */
  get accepted(): number {
    return this.#accepted;
  }

  /** What Prometheus is told of them. */
  families(): Family[] {
    return [
      gauge(
        "neurald_http_open_connections",
        "Connections of clients that are open.",
        this.open,
      ),
      counter(
        "neurald_http_connections_total",
        "Connections of clients that were accepted.",
        this.accepted,
      ),
    ];
  }

  /** See {@linkcode ConnectionLimits.timeoutMs}. */
  get timeoutMs(): number {
    return this.#limits().timeoutMs;
  }

  /** Watches those of a server from now on. */
  watch(server: NodeServer): void {
    this.limit(server);
    server.on("connection", (socket: Socket) => {
      this.#accepted++;
      stopReadingWhenClosed(socket);
    });
    // Of HTTPS, it is the encrypted stream that knows what was sent.
    const event = "setSecureContext" in server
      ? "secureConnection"
      : "connection";
    server.on(event, (socket: Socket) => {
      this.#sockets.set(socket, { bytes: 0, since: performance.now() });
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  /** Has a server keep to what is allowed now. */
  limit(server: NodeServer): void {
    const { most, timeoutMs } = this.#limits();
    server.maxConnections = most;
    server.headersTimeout = timeoutMs;
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    // Bodies have deadlines of their own, and trainings take long.
    server.requestTimeout = 0;
    server.timeout = 0;
  }

  /** Closes those whose clients take none of what they are sent. */
  dropStuck(): void {
    const now = performance.now();
    const { timeoutMs } = this;
    for (const [socket, progress] of this.#sockets) {
      const bytes = socket.bytesWritten;
      if (socket.writableLength === 0 || bytes !== progress.bytes) {
        progress.bytes = bytes;
        progress.since = now;
      } else if (now - progress.since > timeoutMs) {
        socket.destroy();
      }
    }
  }

  /** Closes those that were never answered anything. */
  cutUnused(): void {
    for (const socket of this.#sockets.keys()) {
      if (socket.bytesWritten === 0) socket.destroy();
    }
  }

  /** Closes all. */
  cut(): void {
    for (const socket of this.#sockets.keys()) socket.destroy();
  }
}

/** What a socket has inside. */
interface SocketHandle {
  _handle: { readStop?(): void } | null;
}

/**
 * Deno (2.8.3 to 2.9.1) keeps for ever what belongs to a connection that is
 * closed while it reads (denoland/deno#35876).
 */
function stopReadingWhenClosed(socket: Socket): void {
  const destroy = socket._destroy;
  socket._destroy = function (this: Socket & SocketHandle, error, callback) {
    this._handle?.readStop?.();
    destroy.call(this, error, callback);
  };
}
