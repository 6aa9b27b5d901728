// deno-lint-ignore-file no-console
/**
 * A client that loads a server over keep-alive connections, and measures.
 *
 * @module
 */

import { KeptConnection, postRequest } from "../tests/http/kept_connection.ts";

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
  const { port, path, type } = options;
  const requests = options.bodies.map((body) => postRequest(path, type, body));
  const connections = Array.from(
    { length: options.connections },
    () => new KeptConnection(port),
  );
  await Promise.all(connections.map((connection) => connection.connect()));
  const started = performance.now();
  const end = started + 1000 * options.seconds;
  const latencies: number[] = [];
  let failed = 0;
  let next = 0;
  const send = async (connection: KeptConnection, due: number) => {
    if (options.once && next === requests.length) {
      throw new Error(`${requests.length} bodies are too few`);
    }
    const answer = await connection.ask(requests[next++ % requests.length]);
    if (answer?.status === 200) latencies.push(performance.now() - due);
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
  connections: KeptConnection[],
  rate: number,
  started: number,
  end: number,
  send: (connection: KeptConnection, due: number) => Promise<void>,
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

if (import.meta.main) {
  const options: Load = JSON.parse(
    await new Response(Deno.stdin.readable).text(),
  );
  console.log(JSON.stringify(await load(options)));
}
