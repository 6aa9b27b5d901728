/**
 * Talking to a running daemon.
 *
 * @module
 */

import { parseListenAddress } from "../config/address.ts";
import type { Flags, FlagTable } from "./flags.ts";
import { linesOf, readFile } from "./input.ts";
import { UsageError } from "./usage_error.ts";

/** The daemon cannot be reached, or answered an error. */
export class ClientError extends Error {
  override name = "ClientError";

  /** @param status what it answered; absent where it did not answer */
  constructor(message: string, readonly status?: number) {
    super(message);
  }

  /** Whether it may be otherwise later, with nothing changed. */
  get mayPass(): boolean {
    const { status } = this;
    // 429: somebody at this address sends wrong tokens.
    return status === undefined || status === 429 || status >= 500;
  }
}

/** Where a daemon answers unless it is told otherwise. */
export const DEFAULT_SERVER = "http://127.0.0.1:11336";

/** The flags that say which daemon, and how to be let in. */
export const CLIENT_FLAGS = {
  server: {
    kind: "text",
    value: "URL",
    help: `http(s)://HOST:PORT or unix:/PATH (default ${DEFAULT_SERVER})`,
  },
  "token-file": {
    kind: "text",
    value: "FILE",
    help: "a file with the token (default: $NEURALD_TOKEN)",
  },
  ca: {
    kind: "text",
    value: "FILE",
    help: "certificates to trust besides the system's (PEM)",
  },
} as const satisfies FlagTable;

/** What these flags say. */
export type ClientFlags = Partial<Flags<typeof CLIENT_FLAGS>>;

/** Names the token in the environment. */
const TOKEN_VARIABLE = "NEURALD_TOKEN";

/** How long a daemon may take to begin its answer. */
const TIMEOUT_MS = 60_000;

/** A daemon that is running. */
export class Client {
  #base: string;
  #http?: Deno.HttpClient;
  #server: string;
  #token?: string;

  /**
   * @param server `http://HOST:PORT`, `https://…` or `unix:/PATH`
   * @param token lets in; by default `$NEURALD_TOKEN`
   * @param ca certificates to trust besides the system's, in PEM
   * @throws {UsageError} when the server is none of these, or the token or the
   * certificates can be none
   */
  constructor(
    server: string,
    { token = Deno.env.get(TOKEN_VARIABLE), ca }: {
      token?: string;
      ca?: string;
    } = {},
  ) {
    this.#server = server;
    if (token && !/^[\x21-\x7e]+$/.test(token)) {
      // Not repeated, as a header that cannot be sent would be.
      throw new UsageError("the token is none: it is one word of ASCII");
    }
    this.#token = token || undefined;
    const address = server.startsWith("unix:") && parseListenAddress(server);
    if (address && "path" in address) {
      this.#base = "http://neurald.invalid";
      this.#http = Deno.createHttpClient({
        proxy: { transport: "unix", path: address.path },
      });
      return;
    }
    const url = URL.canParse(server) ? new URL(server) : undefined;
    if (!url || !["http:", "https:"].includes(url.protocol)) {
      throw new UsageError(
        `--server: http://HOST:PORT or unix:/PATH is needed, not ${server}`,
      );
    }
    this.#base = server.replace(/\/+$/, "");
    if (ca !== undefined) this.#http = trusting(ca);
  }

  /**
   * The daemon that the flags name.
   *
   * @throws {UsageError} when they are wrong, or a file cannot be read
   */
  static async open(flags: ClientFlags): Promise<Client> {
    const tokenFile = flags["token-file"];
    return new Client(flags.server ?? DEFAULT_SERVER, {
      token: tokenFile === undefined ? undefined : await readText(tokenFile),
      ca: flags.ca === undefined ? undefined : await readText(flags.ca),
    });
  }

  /**
   * Sends a request and gives the response, which is not an error.
   *
   * @throws {ClientError} when the daemon does not answer, or with an error
   */
  async send(
    method: "GET" | "POST" | "DELETE",
    path: string,
    body?: { content: BodyInit; type: string },
  ): Promise<Response> {
    const headers = new Headers();
    if (body) headers.set("content-type", body.type);
    if (this.#token) headers.set("authorization", `Bearer ${this.#token}`);
    const init: RequestInit & { client?: Deno.HttpClient } = {
      method,
      body: body?.content,
      headers,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      client: this.#http,
    };
    let response: Response;
    try {
      response = await fetch(this.#base + path, init);
    } catch (error) {
      throw new ClientError(
        `no neurald answers at ${this.#server} (${
          (error as Error).message
        }); is it running?`,
      );
    }
    if (response.ok) return response;
    const text = await response.text();
    throw new ClientError(
      `${this.#server} answered ${response.status}: ${messageIn(text)}`,
      response.status,
    );
  }

  /**
   * Sends many scans in one request, and gives their answers in order.
   *
   * @param lines one scan each, as JSON
   * @throws {ClientError} when the daemon does not answer, or with an error
   */
  async sendLines<T>(path: string, lines: readonly string[]): Promise<T[]> {
    const response = await this.send("POST", path, {
      content: lines.join("\n"),
      type: "application/x-ndjson",
    });
    return await Array.fromAsync(
      linesOf(response.body!),
      ({ line }) => JSON.parse(line),
    );
  }

  /** Lets go of the connection. */
  [Symbol.dispose](): void {
    this.#http?.close();
  }
}

function trusting(ca: string): Deno.HttpClient {
  try {
    return Deno.createHttpClient({ caCerts: [ca] });
  } catch (error) {
    throw new UsageError(`--ca: no certificates: ${(error as Error).message}`);
  }
}

async function readText(path: string): Promise<string> {
  return new TextDecoder().decode(await readFile(path)).trim();
}

function messageIn(text: string): string {
  try {
    return JSON.parse(text).error ?? text;
  } catch {
    return text.slice(0, 200);
  }
}
