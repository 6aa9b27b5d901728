/**
 * A connection that sends exactly what it is told to.
 *
 * @module
 */

import { assert } from "@std/assert";

/** A response as it came. */
export interface RawResponse {
  status: number;
  headers: Map<string, string>;
  body: string;
}

/** What a request is made of. */
export interface RawRequest {
  method?: string;
  path: string;
  headers?: Record<string, string | number>;
}

/** How long an answer may take. */
const TIMEOUT_MS = 15_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The lines of a request before its body. */
export function head({ method, path, headers = {} }: RawRequest): string {
  const lines = Object.entries({ host: "localhost", ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method ?? "POST"} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** A whole request with its length declared. */
export function request(
  path: string,
  body: string,
  headers: RawRequest["headers"] = {},
): string {
  const length = encoder.encode(body).length;
  return head({ path, headers: { ...headers, "content-length": length } }) +
    body;
}

/** A part of a body whose length is not declared. */
export function chunk(text: string): string {
  return `${encoder.encode(text).length.toString(16)}\r\n${text}\r\n`;
}

/** Ends such a body. */
export const LAST_CHUNK = "0\r\n\r\n";

/** A connection to a server. */
export class RawConnection {
  readonly #connection: Deno.Conn;
  #received = new Uint8Array(0);
  #isAtEnd = false;

  private constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  /** Connects to `http://HOST:PORT` or `unix:/PATH`. */
  static async open(url: string): Promise<RawConnection> {
    const connection = url.startsWith("unix:")
      ? await Deno.connect({ transport: "unix", path: url.slice(5) })
      : await Deno.connect({
        hostname: new URL(url).hostname,
        port: Number(new URL(url).port),
      });
    return new RawConnection(connection);
  }

  /** Sends all of a text. */
  async send(text: string): Promise<void> {
    const bytes = encoder.encode(text);
    for (let at = 0; at < bytes.length;) {
      at += await this.#connection.write(bytes.subarray(at));
    }
  }

  /** The next response, or nothing if the server has closed the connection. */
  async receive({ toHead = false } = {}): Promise<RawResponse | undefined> {
    for (;;) {
      const response = this.#takeResponse(toHead);
      if (response) return response;
      if (this.#isAtEnd) {
        assert(this.#received.length === 0, "a response was cut off");
        return undefined;
      }
      await this.#read();
    }
  }

  /** Whether the server ends the connection within some time. */
  async isClosed(withinMs = 5000): Promise<boolean> {
    const end = performance.now() + withinMs;
    try {
      while (!this.#isAtEnd && performance.now() < end) {
        await this.#read(end - performance.now());
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.TimedOut)) return true;
    }
    return this.#isAtEnd;
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    this.#connection.close();
  }

  #takeResponse(toHead: boolean): RawResponse | undefined {
    const text = decoder.decode(this.#received);
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) return undefined;
    const [first, ...lines] = text.slice(0, end).split("\r\n");
    const headers = new Map(lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }));
    const length = toHead ? 0 : Number(headers.get("content-length") ?? 0);
    const start = encoder.encode(text.slice(0, end + 4)).length;
    if (this.#received.length < start + length) return undefined;
    const body = decoder.decode(this.#received.subarray(start, start + length));
    this.#received = this.#received.slice(start + length);
    return { status: Number(first.split(" ")[1]), headers, body };
  }

  async #read(timeoutMs = TIMEOUT_MS): Promise<void> {
    const buffer = new Uint8Array(65536);
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new Deno.errors.TimedOut("no answer in time")),
      timeoutMs,
    );
    try {
      const count = await Promise.race([
        this.#connection.read(buffer),
        late.promise,
      ]);
      if (count === null) this.#isAtEnd = true;
      else {
        const joined = new Uint8Array(this.#received.length + count);
        joined.set(this.#received);
        joined.set(buffer.subarray(0, count), this.#received.length);
        this.#received = joined;
      }
    } finally {
      clearTimeout(timer);
    }
  }
}
