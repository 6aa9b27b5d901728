/**
 * A server where neurald should be, which does what neurald never does.
 *
 * @module
 */

/**
 * What a connection gets once its request has arrived. Resolves to whether it
 * stays open.
 */
export type Behaviour = (connection: Deno.Conn) => Promise<boolean>;

const ENCODER = new TextEncoder();

/** Nothing, for ever. */
export function hang(): Promise<boolean> {
  return Promise.resolve(true);
}

/** These bytes, and then the end of the connection. */
export function bytes(content: string): Behaviour {
  return async (connection) => {
    await writeAll(connection, content);
    return false;
  };
}

/** The beginning of an answer, and then a byte at a time, without end. */
export function drip(everyMs: number): Behaviour {
  return async (connection) => {
    await writeAll(
      connection,
      "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n",
    );
    while (true) {
      await writeAll(connection, " ");
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  };
}

/** An answer that is well-formed HTTP, and the end of the connection. */
export function answer(body: string, status = 200): Behaviour {
  return bytes(response(body, status));
}

/** The same, on a connection that stays open for more. */
export function keepAlive(body: string): Behaviour {
  return async (connection) => {
    await writeAll(connection, response(body, 200, "keep-alive"));
    return true;
  };
}

async function writeAll(connection: Deno.Conn, text: string): Promise<void> {
  for (let bytes = ENCODER.encode(text); bytes.length > 0;) {
    bytes = bytes.subarray(await connection.write(bytes));
  }
}

function response(body: string, status: number, connection = "close"): string {
  return [
    `HTTP/1.1 ${status} Any`,
    "Content-Type: application/json",
    `Content-Length: ${ENCODER.encode(body).length}`,
    `Connection: ${connection}`,
    "",
    body,
  ].join("\r\n");
}

/** A server whose behaviour can be changed while it runs. */
export class Trouble {
  behave: Behaviour;
  /** Connections that were made. */
  connections = 0;
  /** Paths that were asked for. */
  readonly requests: string[] = [];
  readonly #listener: Deno.TcpListener;
  readonly #open = new Set<Deno.Conn>();

  constructor(behave: Behaviour = hang) {
    this.behave = behave;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#accept();
  }

  /** Where it listens. */
  get url(): string {
    return `http://127.0.0.1:${this.#listener.addr.port}`;
  }

  /** Refuses connections from now on. */
  close(): void {
    this.#listener.close();
  }

  [Symbol.dispose](): void {
    for (const connection of this.#open) connection.close();
    try {
      this.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async #accept(): Promise<void> {
    try {
      for await (const connection of this.#listener) {
        this.connections++;
        this.#open.add(connection);
        this.#serve(connection);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async #serve(connection: Deno.Conn): Promise<void> {
    try {
      for await (const path of requestsOn(connection)) {
        this.requests.push(path);
        if (!await this.behave(connection)) break;
      }
      if (this.#open.delete(connection)) connection.close();
    } catch {
      // The client went away, or the test has ended.
      this.#open.delete(connection);
    }
  }
}

/** The path of each request that arrives whole. */
async function* requestsOn(connection: Deno.Conn): AsyncGenerator<string> {
  const buffer = new Uint8Array(65536);
  let text = "";
  while (true) {
    const count = await connection.read(buffer);
    if (count === null) return;
    // Each byte a character, so that lengths are those of bytes.
    text += String.fromCharCode(...buffer.subarray(0, count));
    const head = /^POST (\S+) .*?Content-Length: (\d+).*?\r\n\r\n/is.exec(text);
    if (!head || text.length < head[0].length + Number(head[2])) continue;
    text = text.slice(head[0].length + Number(head[2]));
    yield head[1];
  }
}
