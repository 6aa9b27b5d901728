/**
 * A client that costs little: `fetch` would cost more than what is measured.
 *
 * @module
 */

/** A response, as far as it matters. */
export interface KeptAnswer {
  status: number;
  body: string;
}

/** The bytes of a `POST`. */
export function postRequest(
  path: string,
  type: string,
  body: string,
): Uint8Array {
  const bytes = new TextEncoder().encode(body);
  const head = new TextEncoder().encode(
    `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${type}\r\ncontent-length: ${bytes.length}\r\n\r\n`,
  );
  const request = new Uint8Array(head.length + bytes.length);
  request.set(head);
  request.set(bytes, head.length);
  return request;
}

/**
 * A keep-alive connection that asks one thing at a time. It is made anew where
 * the server closes it.
 */
export class KeptConnection {
  readonly #port: number;
  readonly #timeoutMs?: number;
  #socket?: Deno.TcpConn;
  /** How often it was closed. */
  #closed = 0;
  /** Whether an answer has begun to come. */
  #hasBegun = false;
  #buffer = new Uint8Array(1 << 16);
  #decoder = new TextDecoder();

  /**
   * To a port of this host, once it is used.
   *
   * @param timeoutMs how long an answer may take; as long as it takes unless
   * given
   */
  constructor(port: number, timeoutMs?: number) {
    this.#port = port;
    this.#timeoutMs = timeoutMs;
  }

  /** Connects. */
  async connect(): Promise<Deno.TcpConn> {
    const address = { hostname: "127.0.0.1", port: this.#port };
    const attempt = this.#closed;
    const socket = await Deno.connect(address);
    if (attempt !== this.#closed) {
      socket.close();
      throw new Error("it was closed meanwhile");
    }
    this.#socket = socket;
    socket.setNoDelay(true);
    return socket;
  }

  /**
   * Sends a request, and reads the answer to its end.
   *
   * @returns nothing when the server closes the connection, or is too slow
   * @throws {Error} when it cannot be reached, or resets the connection
   */
  async ask(request: Uint8Array): Promise<KeptAnswer | undefined> {
    if (this.#timeoutMs === undefined) return await this.#ask(request);
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => {
      this.close();
      late.resolve(undefined);
    }, this.#timeoutMs);
    try {
      return await Promise.race([this.#ask(request), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** A server may close what was not used for long, also just now. */
  async #ask(request: Uint8Array): Promise<KeptAnswer | undefined> {
    const attempt = this.#closed;
    if (this.#socket) {
      const answer = await this.#try(this.#socket, request).catch(() => {});
      const isOurs = this.#closed === attempt + 1 && !this.#hasBegun;
      if (answer || !isOurs) return answer ?? undefined;
    }
    return await this.#try(await this.connect(), request);
  }

  async #try(
    socket: Deno.TcpConn,
    request: Uint8Array,
  ): Promise<KeptAnswer | undefined> {
    const attempt = this.#closed;
    let answer: KeptAnswer | undefined;
    this.#hasBegun = false;
    try {
      return answer = await this.#exchange(socket, request);
    } finally {
      // By now it may be another one, which somebody else uses.
      if (!answer && attempt === this.#closed) this.close();
    }
  }

  async #exchange(
    socket: Deno.TcpConn,
    request: Uint8Array,
  ): Promise<KeptAnswer | undefined> {
    for (let at = 0; at < request.length;) {
      at += await socket.write(request.subarray(at));
    }
    let filled = 0;
    for (;;) {
      const count = await socket.read(this.#buffer.subarray(filled));
      if (count === null) return undefined;
      this.#hasBegun = true;
      filled += count;
      const text = this.#decoder.decode(this.#buffer.subarray(0, filled));
      const headEnd = text.indexOf("\r\n\r\n");
      if (headEnd >= 0) {
        const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
        if (filled >= headEnd + 4 + length) {
          if (/^connection: close/im.test(text)) this.close();
          const status = Number(text.slice(9, 12));
          return { status, body: text.slice(headEnd + 4) };
        }
      }
      if (filled === this.#buffer.length) this.#grow();
    }
  }

  #grow(): void {
    const larger = new Uint8Array(2 * this.#buffer.length);
    larger.set(this.#buffer);
    this.#buffer = larger;
  }

  /** Closes it, if it is open. */
  close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#closed++;
    try {
      socket?.close();
    } catch {
      // It is closed already.
    }
  }
}
