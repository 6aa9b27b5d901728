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

/** Answers each connection with bytes, however wrong, and closes it. */
export function serveRaw(
  answer: (send: (text: string) => Promise<unknown>) => Promise<unknown>,
): TestServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections = new Set<Promise<void>>();
  const talk = async (connection: Deno.TcpConn) => {
    try {
      using _closed = connection;
      await connection.read(new Uint8Array(4096));
      const encoder = new TextEncoder();
      await answer((text) => connection.write(encoder.encode(text)));
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
