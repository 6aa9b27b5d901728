/**
 * A link that is made again whenever it is lost.
 *
 * @module
 */

import { type Argument, type Link, LinkError, type Reply } from "./link.ts";
import { nextPause, pause } from "./pause.ts";
import { type ScriptName, SCRIPTS } from "./scripts.ts";

/** How a link is made, and what is to be done while it lasts. */
export interface Upkeep {
  /** @throws {LinkError} (as a rejection) when there is no server to use */
  connect(): Promise<Link>;
  /** Resolves after the link is lost. */
  watch?(link: Link): Promise<unknown>;
}

/** A link to a server; while there is none, requests are refused. */
export class KeptLink {
  /** Resolves when it was tried for the first time. */
  readonly tried: Promise<void>;
  readonly #upkeep: Upkeep;
  readonly #closing = new AbortController();
  readonly #kept: Promise<void>;
  #link: Link | undefined;
  #problem = "it is not connected";

  /** Begins to connect, and goes on with it until it is closed. */
  constructor(upkeep: Upkeep) {
    this.#upkeep = upkeep;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.tried = promise;
    this.#kept = this.#keep(resolve);
  }

  /** True while there is a link. */
  get isConnected(): boolean {
    return this.#link !== undefined;
  }

  /**
   * The link, for requests of this moment.
   *
   * @throws {LinkError} which says why there is none
   */
  get link(): Link {
    if (this.#closing.signal.aborted) throw closed();
    if (!this.#link) throw new LinkError(this.#problem);
    return this.#link;
  }

  /** Waits for the answers to what was asked, and closes. */
  async close(): Promise<void> {
    if (!this.#closing.signal.aborted) {
      this.#closing.abort();
      await this.#link?.close();
    }
    await this.#kept;
  }

  async #keep(tried: () => void): Promise<void> {
    const { signal } = this.#closing;
    let pauseMs = 0;
    while (!signal.aborted) {
      const link = await this.#connect();
      if (signal.aborted) await link?.close();
      else this.#link = link;
      tried();
      if (this.#link) {
        await this.#lost(this.#link);
        pauseMs = 0;
      } else {
        pauseMs = nextPause(pauseMs);
        await pause(pauseMs, signal);
      }
    }
  }

  async #connect(): Promise<Link | undefined> {
    try {
      const link = await this.#upkeep.connect();
      await loadScripts(link);
      return link;
    } catch (error) {
      this.#problem = (error as Error).message;
    }
  }

  async #lost(link: Link): Promise<void> {
    const watch = this.#upkeep.watch?.(link);
    this.#problem = await link.lost;
    this.#link = undefined;
    await watch;
  }
}

/** What a request after the end is told. */
export function closed(): LinkError {
  return new LinkError("the store is closed");
}

/** Lets a server know all scripts, so that no request is sent twice. */
async function loadScripts(link: Link): Promise<void> {
  try {
    await Promise.all(
      Object.values(SCRIPTS).map(({ text }) =>
        link.ask("SCRIPT", "LOAD", text)
      ),
    );
  } catch (error) {
    link.drop((error as Error).message);
    throw error;
  }
}

/**
 * Runs a script, and sends its text if the server does not know it.
 *
 * @throws {LinkError} (as a rejection) when there is no answer, or an error
 */
export async function runScript(
  link: Link,
  name: ScriptName,
  keys: string[],
  args: Argument[],
): Promise<Reply> {
  const { sha, text } = SCRIPTS[name];
  const rest = [String(keys.length), ...keys, ...args];
  try {
    return await link.ask("EVALSHA", sha, ...rest);
  } catch (error) {
    if (!(error instanceof LinkError && error.code === "NOSCRIPT")) throw error;
    return await link.ask("EVAL", text, ...rest);
  }
}
