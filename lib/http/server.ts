/**
 * Listening on a TCP port or a Unix socket.
 *
 * @module
 */

import type { ListenAddress } from "../config/address.ts";

/** The address cannot be listened on. The message says why. */
export class ListenError extends Error {
  override name = "ListenError";
}

/** A server that answers requests. */
export interface Server {
  /** `http://127.0.0.1:11336` or `unix:/run/neurald/socket`. */
  readonly url: string;
  /**
   * Refuses new requests, and waits for those under way, but not longer than
   * the grace. Connections of clients that are slower stay open until the
   * process ends: Deno (2.8.3) cannot cut them off while it shuts down.
   */
  close(graceMs: number): Promise<void>;
}

/** Answers a request. */
export type RequestHandler = (request: Request) => Response | Promise<Response>;

/** Who may use a Unix socket: its owner and their group. */
const SOCKET_MODE = 0o660;

/**
 * Answers requests at an address.
 *
 * @throws {ListenError} when it is taken, or not allowed
 */
export async function listen(
  address: ListenAddress,
  handler: RequestHandler,
): Promise<Server> {
  const requests = new Requests(handler);
  const answer = (request: Request) => requests.answer(request);
  const common = { onListen: () => {} };
  try {
    if ("path" in address) {
      await removeStaleSocket(address.path);
      const server = Deno.serve({ ...common, path: address.path }, answer);
      await Deno.chmod(address.path, SOCKET_MODE);
      return serverOf(server, requests, `unix:${address.path}`);
    }
    const server = Deno.serve({ ...common, ...address }, answer);
    const { hostname, port } = server.addr as Deno.NetAddr;
    const host = hostname.includes(":") ? `[${hostname}]` : hostname;
    return serverOf(server, requests, `http://${host}:${port}`);
  } catch (error) {
    if (error instanceof ListenError) throw error;
    const where = "path" in address
      ? address.path
      : `${address.hostname}:${address.port}`;
    throw new ListenError(
      `cannot listen on ${where}: ${(error as Error).message}`,
    );
  }
}

/** A socket that nobody listens on is left over from one who was killed. */
async function removeStaleSocket(path: string): Promise<void> {
  const info = await Deno.lstat(path).catch(() => undefined);
  if (!info) return;
  if (!info.isSocket) throw new ListenError(`${path} is there, and no socket`);
  try {
    (await Deno.connect({ transport: "unix", path })).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
    return await Deno.remove(path);
  }
  throw new ListenError(`${path} is in use by another process`);
}

function serverOf(
  server: Deno.HttpServer,
  requests: Requests,
  url: string,
): Server {
  return {
    url,
    async close(graceMs) {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, graceMs);
      // First these: Deno (2.9.6) cuts off bodies that still arrive when it
      // shuts down.
      const closed = requests.end().then(() => server.shutdown());
      await Promise.race([closed, late.promise]);
      clearTimeout(timer);
    },
  };
}

/** What those are answered who come too late. */
function refusal(): Response {
  return Response.json({ error: "neurald is stopping" }, {
    status: 503,
    headers: { "retry-after": "5" },
  });
}

/** Counts the requests under way, until no more are taken. */
class Requests {
  #handler: RequestHandler;
  #underWay = 0;
  #isEnding = false;
  readonly #ended = Promise.withResolvers<void>();

  constructor(handler: RequestHandler) {
    this.#handler = handler;
  }

  async answer(request: Request): Promise<Response> {
    if (this.#isEnding) return refusal();
    this.#underWay++;
    try {
      return await this.#handler(request);
    } finally {
      this.#underWay--;
      this.#settle();
    }
  }

  /** Takes no more, and resolves when those under way have their answers. */
  end(): Promise<void> {
    this.#isEnding = true;
    this.#settle();
    return this.#ended.promise;
  }

  #settle(): void {
    if (this.#isEnding && this.#underWay === 0) this.#ended.resolve();
  }
}
