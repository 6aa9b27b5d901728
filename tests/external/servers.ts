/** Servers for tests, well-behaved and not. */

/** A server that answers, until it is disposed of. */
export interface TestServer extends AsyncDisposable {
  url: URL;
}

/** Answers requests as they should be answered. */
export function serve(
  answer: (request: Request) => Response | Promise<Response>,
): TestServer {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    answer,
  );
  return {
    url: new URL(`http://127.0.0.1:${server.addr.port}/model`),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Sends something over a connection. */
export type Send = (content: string | Uint8Array) => Promise<unknown>;

/**
 * Answers each connection with bytes, however wrong, and closes it.
 *
 * @param answer is given the head of the request
 * @param port a free one unless given
 */
export function serveRaw(
  answer: (send: Send, head: string) => Promise<unknown>,
  port = 0,
): TestServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  const connections = new Set<Promise<void>>();
  const talk = async (connection: Deno.TcpConn) => {
    try {
      using _closed = connection;
      const head = new Uint8Array(4096);
      const length = await connection.read(head) ?? 0;
      await answer(
        (content) => writeAll(connection, content),
        new TextDecoder().decode(head.subarray(0, length)),
      );
    } catch {
      // The client has gone.
    }
  };
  const accepting = (async () => {
    for await (const connection of listener) {
      const done = talk(connection);
      connections.add(done);
      done.then(() => connections.delete(done));
    }
  })();
  return {
    url: new URL(`http://127.0.0.1:${listener.addr.port}/model`),
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      await Promise.all(connections);
    },
  };
}

async function writeAll(
  connection: Deno.TcpConn,
  content: string | Uint8Array,
): Promise<void> {
  let bytes = typeof content === "string"
    ? new TextEncoder().encode(content)
    : content;
  while (bytes.length > 0) {
    bytes = bytes.subarray(await connection.write(bytes));
  }
}
