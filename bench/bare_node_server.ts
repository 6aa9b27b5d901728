// deno-lint-ignore-file no-console
/** A peer of `serving.ts`: Node's server, which only parses the same JSON. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const server = createServer(async (request, response) => {
  let text = "";
  for await (const part of request.setEncoding("utf8")) text += part;
  const scan = JSON.parse(text);
  const body = JSON.stringify({ results: [], score: scan.score });
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": body.length,
  }).end(body);
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.error(`ready at 127.0.0.1:${port}`);
});
Deno.addSignalListener("SIGTERM", () => Deno.exit());
