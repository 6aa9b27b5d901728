/**
 * A connection to Redis that fails instead of waiting, and heals by itself.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createClient, ErrorReply, RESP_TYPES } from "redis";
import { StoreError } from "../store.ts";
import { type Script, SCRIPTS } from "./scripts.ts";

/** Something to send to Redis. */
export type Argument = string | Uint8Array;

/** An answer of Redis: its strings are bytes. */
export type Reply = number | null | Uint8Array | Reply[];

/** Options of {@linkcode Connection.open}. */
export interface ConnectionOptions {
  /** How long a request may take, in milliseconds; 10,000 by default. */
  timeoutMs?: number;
}

/** Requests that may wait for their answers at a time. */
const MOST_WAITING = 10_000;
const MOST_RECONNECT_MS = 2_000;

/** The requests that neurald makes of a client. */
interface Client {
  sendCommand(args: (string | Buffer)[]): Promise<Reply>;
}

/** A connection to one Redis. */
export class Connection {
  /** Without secrets. */
  readonly url: string;
  readonly #client: ReturnType<typeof createClient>;
  readonly #bytes: Client;
  readonly #timeoutMs: number;
  #problem = "it is not connected";
  #isClosed = false;

  private constructor(url: string, { timeoutMs = 10_000 }: ConnectionOptions) {
    this.url = withoutSecrets(url);
    this.#timeoutMs = timeoutMs;
    this.#client = createClient({
      ...clientOptions(url),
      // Maps as lists: their keys may be any text.
      RESP: 2,
      disableOfflineQueue: true,
      commandsQueueMaxLength: MOST_WAITING,
    });
    this.#bytes = this.#client.withTypeMapping({
      [RESP_TYPES.BLOB_STRING]: Buffer,
    }) as unknown as Client;
    // Without this the whole process ends.
    this.#client.on("error", (error) => this.#problem = reasonOf(error));
  }

  /**
   * Connects.
   *
   * @param url `redis://…`, `rediss://…` or `redis+unix:///PATH`
   * @throws {StoreError} (as a rejection) when Redis cannot be reached
   */
  static async open(
    url: string,
    options: ConnectionOptions = {},
  ): Promise<Connection> {
    const connection = new Connection(url, options);
    try {
      await connection.#within(connection.#client.connect());
    } catch (error) {
      connection.#client.destroy();
      throw connection.#failure(error);
    }
    return connection;
  }

  /**
   * Asks Redis one thing. What is asked first is done first.
   *
   * @throws {StoreError} (as a rejection) when it does not answer, or an error
   */
  async ask(...args: Argument[]): Promise<Reply> {
    this.#checkOpen();
    try {
      return await this.#within(this.#bytes.sendCommand(buffers(args)));
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /**
   * Runs a script, and sends its text if Redis does not know it.
   *
   * @throws {StoreError} (as a rejection) like {@linkcode Connection.ask}
   */
  async run(
    name: keyof typeof SCRIPTS,
    keys: string[],
    args: Argument[],
  ): Promise<Reply> {
    this.#checkOpen();
    const script: Script = SCRIPTS[name];
    const rest = [String(keys.length), ...keys, ...buffers(args)];
    try {
      return await this.#within(
        this.#bytes.sendCommand(["EVALSHA", script.sha, ...rest])
          .catch((error) => {
            if (!isUnknownScript(error)) throw error;
            return this.#bytes.sendCommand(["EVAL", script.text, ...rest]);
          }),
      );
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** Lets Redis know all scripts, so that no request is sent twice. */
  async loadScripts(): Promise<void> {
    await Promise.all(
      Object.values(SCRIPTS).map(({ text }) =>
        this.ask("SCRIPT", "LOAD", text)
      ),
    );
  }

  /** Waits for the answers to what was asked, and closes. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#within(this.#client.close()).catch(() =>
      this.#client.destroy()
    );
  }

  #checkOpen(): void {
    if (this.#isClosed) throw this.#failure("the store is closed");
  }

  async #within<T>(answer: Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(`it did not answer within ${this.#timeoutMs} ms`),
      this.#timeoutMs,
    );
    try {
      return await Promise.race([answer, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  #failure(error: unknown): StoreError {
    const reason = reasonOf(error);
    const isOffline = error instanceof Error && error.name !== "Error" &&
      !(error instanceof ErrorReply);
    return new StoreError(
      `${this.url}: ${isOffline ? `${reason} (${this.#problem})` : reason}`,
    );
  }
}

function buffers(args: Argument[]): (string | Buffer)[] {
  return args.map((arg) =>
    typeof arg === "string"
      ? arg
      : Buffer.from(arg.buffer, arg.byteOffset, arg.byteLength)
  );
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof ErrorReply && error.message.startsWith("NOSCRIPT");
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) {
    return error.errors.map(reasonOf).join("; ");
  }
  return error instanceof Error ? error.message : String(error);
}

function clientOptions(url: string): Parameters<typeof createClient>[0] {
  const reconnectStrategy = (attempts: number) =>
    Math.min(50 * 2 ** attempts, MOST_RECONNECT_MS);
  const { protocol, pathname, username, password, searchParams } = new URL(url);
  if (protocol !== "redis+unix:") {
    return { url, socket: { reconnectStrategy } };
  }
  return {
    socket: {
      path: decodeURIComponent(pathname),
      tls: false,
      reconnectStrategy,
    },
    username: username ? decodeURIComponent(username) : undefined,
    password: password ? decodeURIComponent(password) : undefined,
    database: Number(searchParams.get("db") ?? 0),
  };
}

function withoutSecrets(text: string): string {
  const url = new URL(text);
  url.username = "";
  url.password = "";
  return url.href;
}
