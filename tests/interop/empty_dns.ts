/**
 * A DNS server that knows no name, so that nothing asks the Internet.
 *
 * @module
 */

import { createSocket } from "node:dgram";
import { once } from "node:events";

/** Flags of an answer: recursion is available, and there is no such name. */
const NO_SUCH_NAME = [0x81, 0x83];

/** A DNS server on a free UDP port of this host. */
export class EmptyDns {
  readonly #socket = createSocket("udp4");

  private constructor() {
    // A question with these flags is the answer to itself.
    this.#socket.on("message", (question, from) => {
      const answer = Uint8Array.from(question);
      answer.set(NO_SUCH_NAME, 2);
      this.#socket.send(answer, from.port, from.address);
    });
  }

  /** Starts one. */
  static async start(): Promise<EmptyDns> {
    const server = new EmptyDns();
    server.#socket.bind(0, "127.0.0.1");
    await once(server.#socket, "listening");
    return server;
  }

  /** Where it answers. */
  get port(): number {
    return this.#socket.address().port;
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#socket, "close");
    this.#socket.close();
    await closed;
  }
}
