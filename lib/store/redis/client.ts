/**
 * What a store asks of Redis, be it one server or a cluster.
 *
 * @module
 */

import type { Keys } from "./keys.ts";
import type { Argument, Reply } from "./link.ts";
import type { ScriptName } from "./scripts.ts";

/** A Redis that answers or fails at once, and heals by itself. */
export interface RedisClient {
  /** Without secrets. */
  readonly url: string;
  /** What things are called in it. */
  readonly keys: Keys;

  /**
   * Asks one thing. What is asked first is done first, as long as no server
   * hands over to another one.
   *
   * @param key all keys among the arguments are of one series
   * @throws {import("../store.ts").StoreError} (as a rejection) when there is
   * no answer, or an error
   */
  ask(command: string, key: string, ...args: Argument[]): Promise<Reply>;

  /**
   * Runs a script, and sends its text if Redis does not know it.
   *
   * @param keys of one series
   * @throws {import("../store.ts").StoreError} (as a rejection) like
   * {@linkcode RedisClient.ask}
   */
  run(name: ScriptName, keys: string[], args: Argument[]): Promise<Reply>;

  /**
   * Keys that begin with a name, one on each server that takes writes.
   *
   * @throws {import("../store.ts").StoreError} when not all of them are known
   */
  keysEverywhere(name: string): string[];

  /** Whether others than the server that has a key can be asked now. */
  canDoWithout(key: string): boolean;

  /** Waits for the answers to what was asked, and closes. */
  close(): Promise<void>;
}
