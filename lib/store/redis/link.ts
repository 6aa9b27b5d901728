/**
 * One connection to one server of Redis. Once it is lost, it stays lost.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createClient, RESP_TYPES } from "redis";
import type { RedisAddress } from "./address.ts";
import type { Login } from "./login.ts";
import type { TlsOptions } from "./options.ts";
import { errorCode, reasonOf, redirectionOf } from "./reason.ts";
import { passOverRepeatedErrors } from "./repeated_errors.ts";
import { tlsFiles } from "./tls.ts";

/** Something to send to Redis. */
export type Argument = string | Uint8Array;

/** An answer of Redis: its strings are bytes. */
export type Reply = number | null | Uint8Array | Reply[];

/** What a link needs besides the address. */
export interface LinkOptions {
  login: Login;
  database?: number;
  tls?: TlsOptions;
  connectTimeoutMs: number;
  requestTimeoutMs: number;
}

/** Requests that may wait for their answers at a time. */
const MOST_WAITING = 10_000;

/** These come from a server that is of no use any more. */
const FATAL = ["READONLY", "NOAUTH", "MASTERDOWN"];

/** The requests that neurald makes of a client. */
interface Client {
  sendCommand(args: (string | Buffer)[]): Promise<Reply>;
}

/** An answer that is an error, or none at all. */
export class LinkError extends Error {
  override name = "LinkError";
  /** Of an answer, such as `NOSCRIPT`. */
  readonly code: string | undefined;
  /** The server that a `MOVED` or an `ASK` names. */
  readonly elsewhere: RedisAddress | undefined;

  constructor(message: string, code?: string, elsewhere?: RedisAddress) {
    super(message);
    this.code = code;
    this.elsewhere = elsewhere;
  }
}

/** A connection to one server. */
export class Link {
  readonly address: RedisAddress;
  /** Resolves with the reason when it is lost. */
  readonly lost: Promise<string>;
  readonly #client: ReturnType<typeof clientOf>;
  readonly #bytes: Client;
  readonly #options: LinkOptions;
  readonly #lose: (reason: string) => void;
  #reason: string | undefined;

  private constructor(
    address: RedisAddress,
    socket: SocketOptions,
    options: LinkOptions,
  ) {
    this.address = address;
    this.#options = options;
    ({ promise: this.lost, resolve: this.#lose } = Promise.withResolvers<
      string
    >());
    this.#client = clientOf(socket, options);
    this.#bytes = this.#client.withTypeMapping({
      [RESP_TYPES.BLOB_STRING]: Buffer,
    }) as unknown as Client;
    // Without this the whole process ends.
    this.#client.on("error", (error) => this.drop(reasonOf(error)));
  }

  /**
   * Connects, and logs in.
   *
   * @throws {LinkError} (as a rejection) when that fails, or takes too long
   */
  static async open(
    address: RedisAddress,
    options: LinkOptions,
  ): Promise<Link> {
    const socket = await socketOptions(address, options);
    const link = new Link(address, socket, options);
    // Its end is told by nothing else while it connects.
    const lost = link.lost.then((reason) => Promise.reject(reason));
    lost.catch(() => {});
    try {
      await link.#within(
        options.connectTimeoutMs,
        Promise.race([link.#client.connect(), lost]),
      );
    } catch (error) {
      link.drop((error as LinkError).message);
      throw error;
    }
    return link;
  }

  /**
   * Asks one thing. What is asked first is done first. A server that does not
   * answer in time is given up, with all that it was asked.
   *
   * @throws {LinkError} (as a rejection)
   */
  ask(...args: Argument[]): Promise<Reply> {
    return this.askWithin(this.#options.requestTimeoutMs, ...args);
  }

  /** Asks like {@linkcode Link.ask}, with another limit. */
  askWithin(timeoutMs: number, ...args: Argument[]): Promise<Reply> {
    return this.#within(
      timeoutMs,
      this.#bytes.sendCommand(args.map(textOrBuffer)),
    );
  }

  /** Waits for the answers to what was asked, and closes. */
  async close(): Promise<void> {
    if (this.#reason !== undefined) return;
    await this.#within(this.#options.requestTimeoutMs, this.#client.close())
      .catch(() => {});
    this.drop("it is closed");
  }

  /** Gives it up; what waits for an answer fails with the reason. */
  drop(reason: string): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    // A socket that connects only now is not known to it yet.
    this.#client.once("ready", () => this.#client.destroy());
    this.#client.destroy();
    this.#lose(reason);
  }

  async #within<T>(timeoutMs: number, answer: Promise<T>): Promise<T> {
    const timer = setTimeout(
      () => this.drop(`it did not answer within ${timeoutMs} ms`),
      timeoutMs,
    );
    try {
      return await answer;
    } catch (error) {
      throw this.#failure(error);
    } finally {
      clearTimeout(timer);
    }
  }

  #failure(error: unknown): LinkError {
    const reason = reasonOf(error);
    const code = errorCode(error);
    if (code === undefined) return new LinkError(this.#reason ?? reason);
    if (FATAL.includes(code)) this.drop(reason);
    return new LinkError(reason, code, redirectionOf(error, this.address));
  }
}

type SocketOptions = NonNullable<Parameters<typeof createClient>[0]>["socket"];

function clientOf(socket: SocketOptions, { login, database }: LinkOptions) {
  return createClient({
    socket,
    ...login,
    database,
    // Maps as lists: their keys may be any text.
    RESP: 2,
    disableClientInfo: true,
    disableOfflineQueue: true,
    commandsQueueMaxLength: MOST_WAITING,
  });
}

async function socketOptions(
  address: RedisAddress,
  { tls, connectTimeoutMs }: LinkOptions,
): Promise<SocketOptions> {
  const options = {
    connectTimeout: connectTimeoutMs,
    reconnectStrategy: false,
  } as const;
  if ("path" in address) return { ...options, path: address.path };
  if (!tls) return { ...options, ...address };
  passOverRepeatedErrors();
  try {
    return {
      ...options,
      ...address,
      tls: true,
      ...await tlsFiles(tls),
      rejectUnauthorized: tls.verify,
      servername: tls.serverName,
    };
  } catch (error) {
    throw new LinkError(reasonOf(error));
  }
}

function textOrBuffer(arg: Argument): string | Buffer {
  return typeof arg === "string"
    ? arg
    : Buffer.from(arg.buffer, arg.byteOffset, arg.byteLength);
}
