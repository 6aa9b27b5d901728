/**
 * HTTP requests as bytes, most of which are wrong somewhere.
 *
 * @module
 */

import { Random } from "../../lib/nn/random.ts";

const SCAN = JSON.stringify({
  symbols: { BAYES_SPAM: [3.2, 5.1], R_SPF_ALLOW: [-0.2, null] },
  score: 7,
});

/** Right requests. */
const REQUESTS = [
  ["POST", "/v1/score", SCAN],
  ["POST", "/v1/learn", SCAN.replace("{", '{"class":"spam",')],
  ["POST", "/plugins/neural/learn", '{"spam_vec":[[1]],"ham_vec":[[0]]}'],
  ["GET", "/v1/status", ""],
  ["GET", "/readyz", ""],
  ["GET", "/metrics", ""],
].map(([method, path, body]) =>
  `${method} ${path} HTTP/1.1\r\nhost: localhost\r\n` +
  `content-type: application/json\r\ncontent-length: ${body.length}\r\n` +
  `connection: close\r\n\r\n${body}`
);

/** What a part of a request may turn into. */
const STRANGE = [
  "",
  "\r\n",
  "\n",
  "\0",
  " ",
  ":",
  "\r\n\r\n",
  "HTTP/9.9",
  "content-length: -1\r\n",
  "content-length: 99999999999999999999\r\n",
  "content-length: 3\r\ncontent-length: 4\r\n",
  "transfer-encoding: chunked\r\n",
  "content-encoding: gzip\r\n",
  "expect: 100-continue\r\n",
  "x".repeat(20_000),
  "\xff\xfe",
  "%00",
  "../",
  "[".repeat(500),
  '"\\ud800"',
  "1e999",
];

const encoder = new TextEncoder();

/** A request of bytes; the same number gives the same one. */
export function mutatedRequest(number: number): Uint8Array<ArrayBuffer> {
  const random = new Random(number);
  const below = (limit: number) => Math.floor(limit * random.uniform());
  let text = REQUESTS[below(REQUESTS.length)];
  for (let changes = below(4); changes > 0; changes--) {
    const at = below(text.length + 1);
    const end = at + below(random.uniform() < 0.5 ? 2 : 40);
    text = text.slice(0, at) + STRANGE[below(STRANGE.length)] + text.slice(end);
  }
  const bytes = encoder.encode(text);
  if (random.uniform() < 0.3) bytes[below(bytes.length)] = below(256);
  return random.uniform() < 0.1
    ? bytes.slice(0, below(bytes.length + 1))
    : bytes;
}

/** What came of many requests. */
export interface Fate {
  sent: number;
  /** By status; 0 where the connection was closed without an answer. */
  statuses: Record<number, number>;
  seconds: number;
}

/**
 * Sends requests over connections of their own, each with its end, and reads
 * what is answered.
 *
 * @param clients how many at a time
 * @throws {Error} when an answer is no HTTP, or does not come within 15 s
 */
export async function bombard(
  port: number,
  count: number,
  clients = 32,
): Promise<Fate> {
  const statuses: Record<number, number> = {};
  const begin = performance.now();
  let next = 0;
  await Promise.all(Array.from({ length: clients }, async () => {
    while (next < count) {
      const number = next++;
      const status = await ask(port, mutatedRequest(number))
        .catch((error) => {
          throw new Error(`request ${number}: ${error.message}`);
        });
      statuses[status] = 1 + (statuses[status] ?? 0);
    }
  }));
  const seconds = (performance.now() - begin) / 1000;
  return { sent: count, statuses, seconds };
}

const MOST_MS = 15_000;
const PATIENCE_MS = 50;

async function ask(port: number, bytes: Uint8Array): Promise<number> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const late = setTimeout(() => connection.close(), MOST_MS);
  // What is cut short is ended; one that is whole would not be answered then.
  const ended = setTimeout(
    () => connection.closeWrite().catch(() => {}),
    PATIENCE_MS,
  );
  const begin = performance.now();
  const buffer = new Uint8Array(4096);
  try {
    for (let at = 0; at < bytes.length;) {
      at += await connection.write(bytes.subarray(at));
    }
    const length = await connection.read(buffer) ?? 0;
    if (length === 0) return 0;
    const answer = new TextDecoder().decode(buffer.subarray(0, length));
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1];
    if (status === undefined) throw new TypeError(`answered ${answer}`);
    return Number(status);
  } catch (error) {
    if (error instanceof TypeError) throw error;
    if (performance.now() - begin >= MOST_MS) {
      throw new TypeError("it was not answered in time");
    }
    // Closed by the server while this was sent.
    return 0;
  } finally {
    clearTimeout(late);
    clearTimeout(ended);
    try {
      connection.close();
    } catch {
      // It was too late.
    }
  }
}
