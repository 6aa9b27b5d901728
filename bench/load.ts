// deno-lint-ignore-file no-console
/**
 * A client that loads a server over keep-alive connections, and measures.
 *
 * It speaks just enough HTTP for that: `fetch` would cost more than what is
 * measured.
 *
 * @module
 */

/** What a load came to. */
export interface LoadResult {
  /** Requests that were answered with 200. */
  answered: number;
  /** Requests that were answered otherwise, or not. */
  failed: number;
  seconds: number;
  /** In milliseconds; from when a request was due until its answer was read. */
  latency: { p50: number; p99: number; max: number };
}

/** What to send, and how. */
export interface Load {
  port: number;
  path: string;
  type: string;
  /** Sent in turn, and again from the first when all have been sent. */
  bodies: string[];
  /** Fails rather than sends a body again. */
  once?: boolean;
  connections: number;
  seconds: number;
  /** Requests a second; as many as the server answers, if it is left out. */
  rate?: number;
}

/** Sends requests for some time. */
export async function load(options: Load): Promise<LoadResult> {
  const requests = options.bodies.map((body) => encode(options, body));
  const connections = await Promise.all(
    Array.from(
      { length: options.connections },
      () => Connection.open(options.port),
    ),
  );
  const started = performance.now();
  const end = started + 1000 * options.seconds;
  const latencies: number[] = [];
  let failed = 0;
  let next = 0;
  const send = async (connection: Connection, due: number) => {
    if (options.once && next === requests.length) {
      throw new Error(`${requests.length} bodies are too few`);
    }
    const ok = await connection.ask(requests[next++ % requests.length]);
    if (ok) latencies.push(performance.now() - due);
    else failed++;
  };
  if (options.rate === undefined) {
    await Promise.all(connections.map(async (connection) => {
      while (performance.now() < end) {
        await send(connection, performance.now());
      }
    }));
  } else {
    await sendAtRate(connections, options.rate, started, end, send);
  }
  const seconds = (performance.now() - started) / 1000;
  connections.forEach((connection) => connection.close());
  latencies.sort((a, b) => a - b);
  const at = (share: number) =>
    latencies[
      Math.min(latencies.length - 1, Math.floor(share * latencies.length))
    ];
  return {
    answered: latencies.length,
    failed,
    seconds,
    latency: { p50: at(0.5), p99: at(0.99), max: at(1) },
  };
}

/**
 * Sends requests when they are due, whether or not those before were
 * answered, and counts the wait for a free connection as latency.
 */
async function sendAtRate(
  connections: Connection[],
  rate: number,
  started: number,
  end: number,
  send: (connection: Connection, due: number) => Promise<void>,
): Promise<void> {
  const waiting: number[] = [];
  const idle = [...connections];
  const pending = new Set<Promise<void>>();
  const dispatch = () => {
    while (waiting.length > 0 && idle.length > 0) {
      const connection = idle.pop()!;
      const sending = send(connection, waiting.shift()!).then(() => {
        idle.push(connection);
        pending.delete(sending);
        dispatch();
      });
      pending.add(sending);
    }
  };
  for (let sent = 0; performance.now() < end;) {
    const due = Math.floor((performance.now() - started) * rate / 1000);
    for (; sent < due; sent++) waiting.push(started + 1000 * sent / rate);
    dispatch();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  while (pending.size > 0) await Promise.race(pending);
}

function encode({ path, type }: Load, body: string): Uint8Array {
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
 * A keep-alive connection that asks one thing at a time.
 *
 * It is made anew where the server closes it, as Deno 2.8.3 to 2.9.5 does after
 * each request with a body of more than some hundred bytes
 * (denoland/deno#36657).
 */
class Connection {
  #port: number;
  #socket?: Deno.TcpConn;
  #buffer = new Uint8Array(1 << 16);
  #decoder = new TextDecoder();

  private constructor(port: number) {
    this.#port = port;
  }

  static async open(port: number): Promise<Connection> {
    const connection = new Connection(port);
    await connection.#connect();
    return connection;
  }

  async #connect(): Promise<Deno.TcpConn> {
    const address = { hostname: "127.0.0.1", port: this.#port };
    this.#socket = await Deno.connect(address);
    this.#socket.setNoDelay(true);
    return this.#socket;
  }

  /** Whether the answer is 200; it is read to its end. */
  async ask(request: Uint8Array): Promise<boolean> {
    const socket = this.#socket ?? await this.#connect();
    for (let at = 0; at < request.length;) {
      at += await socket.write(request.subarray(at));
    }
    let filled = 0;
    for (;;) {
      const count = await socket.read(this.#buffer.subarray(filled));
      if (count === null) return false;
      filled += count;
      const text = this.#decoder.decode(this.#buffer.subarray(0, filled));
      const headEnd = text.indexOf("\r\n\r\n");
      if (headEnd >= 0) {
        const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
        if (filled >= headEnd + 4 + length) {
          if (/^connection: close/im.test(text)) this.close();
          return text.startsWith("HTTP/1.1 200");
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

  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }
}

if (import.meta.main) {
  const options: Load = JSON.parse(
    await new Response(Deno.stdin.readable).text(),
  );
  console.log(JSON.stringify(await load(options)));
}
