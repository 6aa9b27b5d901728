// deno-lint-ignore-file no-console
/** A peer of `serving.ts`: Deno's own server, which only parses the same JSON. */
const server = Deno.serve(
  {
    hostname: "127.0.0.1",
    port: 0,
    onListen: ({ port }) => console.error(`ready at 127.0.0.1:${port}`),
  },
  async (request) => {
    const scan = await request.json();
    return Response.json({ results: [], score: scan.score });
  },
);
Deno.addSignalListener("SIGTERM", () => server.shutdown());
await server.finished;
Deno.exit();
