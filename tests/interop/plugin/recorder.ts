/**
 * What a rspamd sends to neurald, and what it is answered.
 *
 * @module
 */

/** A request that went through. */
export interface Recorded {
  /** With the query. */
  path: string;
  // deno-lint-ignore no-explicit-any
  scan: any;
  // deno-lint-ignore no-explicit-any
  answer: any;
}

/** A server on a free port that hands requests on, and keeps all. */
export class Recorder {
  readonly requests: Recorded[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  /** @param target where neurald answers */
  constructor(target: string) {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      async (request) => {
        const { pathname, search } = new URL(request.url);
        const path = pathname + search;
        const body = await request.text();
        const response = await fetch(target + path, { method: "POST", body });
        const answer = await response.json();
        this.requests.push({ path, scan: JSON.parse(body), answer });
        return Response.json(answer, { status: response.status });
      },
    );
  }

  /** Where it answers. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** The requests to a path, the first ones first. */
  to(path: string): Recorded[] {
    return this.requests.filter((one) => one.path.startsWith(path));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
