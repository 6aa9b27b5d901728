/**
 * A Redis that answers or fails at once, and heals by itself.
 *
 * @module
 */

import { StoreError } from "../store.ts";
import type { Argument, Link, Reply } from "./link.ts";
import { LinkError } from "./link.ts";
import { askSentinels, findMaster, isSame } from "./master.ts";
import { formatAddress, type RedisOptions, redisOptions } from "./options.ts";
import { type Script, SCRIPTS } from "./scripts.ts";

export type { Argument, Reply } from "./link.ts";

const LEAST_PAUSE_MS = 50;
const MOST_PAUSE_MS = 2_000;

/**
 * Whichever server takes writes. When it is lost, requests are refused until
 * it, or another one that takes its place, has been found.
 */
export class Connection {
  /** Without secrets. */
  readonly url: string;
  readonly #options: RedisOptions;
  readonly #closing = new AbortController();
  #link: Link | undefined;
  #problem = "it is not connected";
  #kept: Promise<void> = Promise.resolve();

  private constructor(options: RedisOptions) {
    this.url = options.name;
    this.#options = options;
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
    try {
      connection.#link = await connection.#connect();
    } catch (error) {
      throw connection.#failure(error);
    }
    connection.#kept = connection.#keep(connection.#link);
    return connection;
  }

  /**
   * Asks Redis one thing. What is asked first is done first.
   *
   * @throws {StoreError} (as a rejection) when it does not answer, or an error
   */
  async ask(...args: Argument[]): Promise<Reply> {
    try {
      return await this.#connected().ask(...args);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /**
   * Runs a script, and sends its text if Redis does not know it.
   *
   * @throws {StoreError} (as a rejection) like {@linkcode Connection.ask}
   */
  async run(
    name: keyof typeof SCRIPTS,
    keys: string[],
    args: Argument[],
  ): Promise<Reply> {
    const script: Script = SCRIPTS[name];
    const rest = [String(keys.length), ...keys, ...args];
    try {
      const link = this.#connected();
      try {
        return await link.ask("EVALSHA", script.sha, ...rest);
      } catch (error) {
        if (!(error instanceof LinkError && error.code === "NOSCRIPT")) {
          throw error;
        }
        return await link.ask("EVAL", script.text, ...rest);
      }
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** Waits for the answers to what was asked, and closes. */
  async close(): Promise<void> {
    if (!this.#closing.signal.aborted) {
      this.#closing.abort();
      await this.#link?.close();
    }
    await this.#kept;
  }

  #connected(): Link {
    if (this.#closing.signal.aborted) {
      throw new LinkError("the store is closed");
    }
    if (!this.#link) throw new LinkError(this.#problem);
    return this.#link;
  }

  async #connect(): Promise<Link> {
    const link = await findMaster(this.#options);
    try {
      await loadScripts(link);
      return link;
    } catch (error) {
      link.drop((error as Error).message);
      throw error;
    }
  }

  /** Connects again whenever the link is lost, until it is closed. */
  async #keep(first: Link): Promise<void> {
    const { signal } = this.#closing;
    let link: Link | undefined = first;
    let pauseMs = 0;
    while (!signal.aborted) {
      if (link) {
        const watch = this.#watchMaster(link);
        this.#problem = await link.lost;
        this.#link = undefined;
        await watch;
        pauseMs = 0;
      }
      await pause(pauseMs, signal);
      if (signal.aborted) return;
      link = await this.#connect().catch((error) => {
        this.#problem = (error as Error).message;
        return undefined;
      });
      if (signal.aborted) await link?.close();
      else this.#link = link;
      pauseMs = Math.min(Math.max(LEAST_PAUSE_MS, 2 * pauseMs), MOST_PAUSE_MS);
    }
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

/** Lets a server know all scripts, so that no request is sent twice. */
async function loadScripts(link: Link): Promise<void> {
  await Promise.all(
    Object.values(SCRIPTS).map(({ text }) => link.ask("SCRIPT", "LOAD", text)),
  );
}

/** Lets time pass, but not once it is aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}
