/**
 * A Redis of which one server takes writes.
 *
 * @module
 */

import { StoreError } from "../store.ts";
import { formatAddress, isSame } from "./address.ts";
import type { RedisClient } from "./client.ts";
import { KeptLink, runScript } from "./kept_link.ts";
import { PLAIN_KEYS } from "./keys.ts";
import { type Argument, type Link, LinkError, type Reply } from "./link.ts";
import { askSentinels, findMaster } from "./master.ts";
import { type RedisOptions, redisOptions } from "./options.ts";
import { pause } from "./pause.ts";
import type { ScriptName } from "./scripts.ts";

/**
 * Whichever server takes writes. When it is lost, requests are refused until
 * it, or another one that takes its place, has been found.
 */
export class Connection implements RedisClient {
  /** Without secrets. */
  readonly url: string;
  readonly keys = PLAIN_KEYS;
  readonly #options: RedisOptions;
  readonly #master: KeptLink;

  private constructor(options: RedisOptions) {
    this.url = options.name;
    this.#options = options;
    this.#master = new KeptLink({
      connect: () => findMaster(options),
      watch: (link) => this.#watchMaster(link),
    });
  }

  /**
   * Connects.
   *
   * @param where a URL, or all that there is to say
   * @throws {StoreError} (as a rejection) when no server can be used
   */
  static async open(where: string | RedisOptions): Promise<Connection> {
    const connection = new Connection(
      typeof where === "string" ? redisOptions({}, where) : where,
    );
    await connection.#master.tried;
    try {
      connection.#master.link;
      return connection;
    } catch (error) {
      await connection.close();
      throw connection.#failure(error);
    }
  }

  /**
   * Asks Redis one thing. What is asked first is done first.
   *
   * @throws {StoreError} (as a rejection) when it does not answer, or an error
   */
  async ask(...args: Argument[]): Promise<Reply> {
    try {
      return await this.#master.link.ask(...args);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** See {@linkcode RedisClient.run}. */
  async run(
    name: ScriptName,
    keys: string[],
    args: Argument[],
  ): Promise<Reply> {
    try {
      return await runScript(this.#master.link, name, keys, args);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** See {@linkcode RedisClient.keysEverywhere}. */
  keysEverywhere(name: string): string[] {
    return [name];
  }

  /** See {@linkcode RedisClient.canDoWithout}. */
  canDoWithout(): boolean {
    return false;
  }

  /** See {@linkcode RedisClient.close}. */
  close(): Promise<void> {
    return this.#master.close();
  }

  /** Leaves a server that is no longer the one that the sentinels name. */
  async #watchMaster(link: Link): Promise<void> {
    const { sentinel } = this.#options;
    if (!sentinel) return;
    const lost = new AbortController();
    link.lost.then(() => lost.abort());
    while (true) {
      await pause(sentinel.watchMs, lost.signal);
      if (lost.signal.aborted) return;
      // Sentinels that do not answer are no reason to leave.
      const master = await askSentinels(this.#options, sentinel)
        .catch(() => link.address);
      if (!isSame(master, link.address)) {
        link.drop(`the master is ${formatAddress(master)} now`);
      }
    }
  }

  #failure(error: unknown): StoreError {
    if (!(error instanceof LinkError)) throw error;
    return new StoreError(`${this.url}: ${error.message}`);
  }
}
