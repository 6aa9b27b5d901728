/**
 * Has connections end in all ways, and prints how many are kept all the same.
 * It needs `--v8-flags=--expose-gc`.
 *
 * @module
 */

import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Connections } from "../../../lib/http/server/connections.ts";
import { pause, until } from "../../daemon/until.ts";
import { head, RawConnection } from "./raw_connection.ts";

const GET = head({ method: "GET", path: "/" });
const ENDINGS = [
  { sent: GET.replace("host:", "connection: close\r\nhost:"), byServer: true },
  { sent: GET, byServer: false },
  { sent: "no request\r\n\r\n", byServer: true },
];
const OF_EACH = 20;
/** How often what can be collected is. */
const COLLECTIONS = 20;

const connections = new Connections(() => ({ most: 100, timeoutMs: 10_000 }));
const server = createServer((_, response) => response.end("hello"));
connections.watch(server);
const sockets: WeakRef<Socket>[] = [];
server.on("connection", (socket) => sockets.push(new WeakRef(socket)));
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

for (const { sent, byServer } of ENDINGS) {
  for (let i = 0; i < OF_EACH; i++) {
    const connection = await RawConnection.open(url);
    await connection.send(sent);
    if (byServer) await connection.isClosed();
    else await connection.receive();
    connection[Symbol.dispose]();
    await until("it has ended", () => connections.open === 0);
  }
}
const { gc } = globalThis as unknown as { gc: () => void };
let kept = sockets.length;
for (let i = 0; i < COLLECTIONS && kept > 0; i++) {
  await pause(100);
  gc();
  kept = sockets.filter((socket) => socket.deref() !== undefined).length;
}
// deno-lint-ignore no-console
console.log(`${sockets.length} ended, ${kept} are kept`);
Deno.exit();
