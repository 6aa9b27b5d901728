/**
 * A way to a server that can become bad.
 *
 * @module
 */

import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { pause } from "../daemon/until.ts";

/** Passes bytes on to a port of this host, and back. */
export class Proxy {
  /** How long bytes are on their way to the server, in milliseconds. */
  delayMs = 0;
  /** Whether bytes are lost, and connections stay open. */
  swallows = false;
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((client) => this.#join(client));
  readonly #target: number;

  private constructor(target: number) {
    this.#target = target;
  }

  /** @param target a port */
  static async start(target: number): Promise<Proxy> {
    const proxy = new Proxy(target);
    const { promise, resolve } = Promise.withResolvers<void>();
    proxy.#server.listen(0, "127.0.0.1", resolve);
    await promise;
    return proxy;
  }

  /** Where it listens. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    for (const socket of this.#sockets) socket.destroy();
    await promise;
  }

  #join(client: Socket): void {
    const server = connect(this.#target, "127.0.0.1");
    const ends = [client, server];
    for (const end of ends) {
      this.#sockets.add(end);
      end.on("error", () => {});
      end.on("close", () => {
        this.#sockets.delete(end);
        for (const other of ends) other.destroy();
      });
    }
    let way = Promise.resolve();
    client.on("data", (bytes) => {
      const arrived = this.delayMs === 0 ? undefined : pause(this.delayMs);
      // What was sent first arrives first, however long it takes.
      way = way.then(() => arrived).then(() => this.#pass(bytes, server));
    });
    server.on("data", (bytes) => this.#pass(bytes, client));
  }

  #pass(bytes: Uint8Array | string, to: Socket): void {
    if (!this.swallows && !to.destroyed) to.write(bytes);
  }
}
