/**
 * A server that is asked as a guard, and what it was asked.
 *
 * @module
 */

/** What a guard is asked. */
export interface Question {
  rule: string;
  class: string;
  scan: Record<string, unknown>;
}

/** Answers one question. */
export type Reply = (
  question: Question,
  request: Request,
) => Response | Promise<Response>;

/** A guard at a free port. */
export class GuardServer {
  /** What it was asked so far. */
  readonly questions: Question[] = [];
  /** Where it was asked from: one for each connection. */
  readonly ports: Set<number> = new Set();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #stop = new AbortController();

  /** @param reply answers each question */
  constructor(reply: Reply) {
    this.#server = Deno.serve({
      hostname: "127.0.0.1",
      port: 0,
      signal: this.#stop.signal,
      onListen() {},
    }, async (request, { remoteAddr }) => {
      this.ports.add((remoteAddr as Deno.NetAddr).port);
      const question: Question = await request.json();
      this.questions.push(question);
      return await reply(question, request);
    });
  }

  /** Where it answers. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  /** Stops it; questions under way get no answer. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#server.finished;
  }
}
