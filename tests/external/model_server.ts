/** A server that has a model, and may misbehave. */

import {
  readPrivateKey,
  sign,
  SIGNATURE_BYTES,
  SIGNATURE_SUFFIX,
} from "../../lib/model/signature.ts";
import { pause } from "../daemon/until.ts";
import { type Send, serveRaw, type TestServer } from "./servers.ts";

/** How it answers requests for the model. */
export type Behaviour =
  | "good"
  | "error"
  | "missing"
  | "slow"
  | "oversized"
  | "truncated"
  | "cut short"
  | "redirecting"
  | "unsigned"
  | "wrongly signed";

/** Serves one file, and its signature. */
export class ModelServer implements AsyncDisposable {
  /** Whether it asks for a good one, or does as a bad one would. */
  behaviour: Behaviour = "good";
  /** What it answered, and to which path. */
  readonly answers: string[] = [];
  readonly #privateKey: string;
  #file: Uint8Array<ArrayBuffer>;
  #server: TestServer | undefined;
  #port = 0;

  /** @param privateKey what it signs with */
  constructor(file: Uint8Array<ArrayBuffer>, privateKey: string) {
    this.#file = file;
    this.#privateKey = privateKey;
    this.open();
  }

  /** Where the model is. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}/model`;
  }

  /** Serves another file. */
  set file(file: Uint8Array<ArrayBuffer>) {
    this.#file = file;
  }

  /** Answers, at the same address as before. */
  open(): void {
    this.#server = serveRaw(
      (send, head) => this.#answer(send, head),
      this.#port,
    );
    this.#port = Number(this.#server.url.port);
  }

  /** Answers no more. */
  async close(): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
    this.#server = undefined;
  }

  /** How often it answered so. */
  count(answer: string): number {
    return this.answers.filter((one) => one === answer).length;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #answer(send: Send, head: string): Promise<void> {
    const path = head.split(" ")[1];
    const file = this.#file;
    const respond = async (
      status: string,
      body = new Uint8Array(),
      { headers = "", length = body.length } = {},
    ) => {
      this.answers.push(`${status} ${path}`);
      await send(
        `HTTP/1.1 ${status} x\r\nconnection: close\r\n${headers}` +
          `content-length: ${length}\r\n\r\n`,
      );
      await send(body);
    };
    if (path.endsWith(SIGNATURE_SUFFIX)) {
      if (this.behaviour === "unsigned") return await respond("404");
      const key = await readPrivateKey(this.#privateKey);
      const signature = await sign(file, key);
      if (this.behaviour === "wrongly signed") {
        signature[SIGNATURE_BYTES - 2] ^= 1;
      }
      return await respond("200", signature);
    }
    const digest = await crypto.subtle.digest("SHA-256", file);
    const etag = `"${new Uint8Array(digest).toHex()}"`;
    const headers = `etag: ${etag}\r\n`;
    switch (this.behaviour) {
      case "error":
        return await respond("500");
      case "missing":
        return await respond("404");
      case "slow":
        await pause(1000);
        return await respond("200", file);
      case "oversized":
        return await respond("200", file, { length: 2 ** 30 });
      case "truncated":
        return await respond("200", file.subarray(100), {
          length: file.length,
        });
      case "cut short":
        return await respond("200", file.subarray(0, -100));
      case "redirecting":
        return await respond("302", undefined, {
          headers: "location: file:///etc/passwd\r\n",
        });
      case "good":
        if (head.includes(etag)) {
          return await respond("304", undefined, { headers });
        }
    }
    await respond("200", file, { headers });
  }
}
