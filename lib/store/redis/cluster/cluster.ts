/**
 * A Redis Cluster: keys are on several servers, and may move.
 *
 * npm:redis has a client for clusters too. It looks for another master only
 * when a server names one, not when one is lost, and is of no use until it has
 * reached all of them (6.3.1).
 *
 * @module
 */

import { StoreError } from "../../store.ts";
import { formatAddress, isSame, type RedisAddress } from "../address.ts";
import type { RedisClient } from "../client.ts";
import { closed, KeptLink, runScript } from "../kept_link.ts";
import { CLUSTER_KEYS } from "../keys.ts";
import { type Argument, Link, LinkError, type Reply } from "../link.ts";
import type { RedisOptions } from "../options.ts";
import { nextPause, pause } from "../pause.ts";
import type { ScriptName } from "../scripts.ts";
import { askOnce, at, firstOf } from "../servers.ts";
import { type ClusterView, readClusterSlots, slotOf, SLOTS } from "./slots.ts";

/** How long to wait for keys that are on their way to another server. */
const MOVING_PAUSE_MS = 20;

/** A server that takes writes. */
interface Master {
  readonly address: RedisAddress;
  readonly kept: KeptLink;
  /** How many wait for an answer. */
  requests: number;
}

/** Where a server says that the key of a request is. */
interface Redirection {
  to: RedisAddress;
  /** True where the key is still on its way. */
  isAsking: boolean;
}

/** What is to be asked, on the link to whoever has the key. */
type Request = (link: Link) => Promise<Reply>;

/**
 * All masters of a cluster, each with a link of its own. A request goes to the
 * one that has the key; while that one is away, only requests for its keys are
 * refused, until it is back or a replica has taken its place.
 */
export class Cluster implements RedisClient {
  /** Without secrets. */
  readonly url: string;
  readonly keys = CLUSTER_KEYS;
  readonly #options: RedisOptions;
  readonly #closing = new AbortController();
  /** By their addresses. */
  readonly #masters = new Map<string, Master>();
  /** Whoever has a slot, by its number. */
  readonly #owners: (Master | undefined)[] = Array(SLOTS).fill(undefined);
  /** Links to servers that are no masters any more. */
  readonly #leaving = new Set<Promise<void>>();
  /** Servers that can tell who has which slots. */
  #servers: RedisAddress[];
  /** Resolved when it is time to ask them. */
  #alarm = Promise.withResolvers<void>();
  #kept: Promise<void> = Promise.resolve();

  private constructor(options: RedisOptions) {
    this.url = options.name;
    this.#options = options;
    this.#servers = [...options.servers];
  }

  /**
   * Connects.
   *
   * @throws {StoreError} (as a rejection) when no server can be used
   */
  static async open(options: RedisOptions): Promise<Cluster> {
    const cluster = new Cluster(options);
    try {
      await cluster.#lookUp();
      await cluster.#connect();
      cluster.#kept = cluster.#keep();
      return cluster;
    } catch (error) {
      await cluster.close();
      throw cluster.#failure(error);
    }
  }

  /** See {@linkcode RedisClient.ask}. */
  async ask(
    command: string,
    key: string,
    ...args: Argument[]
  ): Promise<Reply> {
    return await this.#send(key, (link) => link.ask(command, key, ...args));
  }

  /** See {@linkcode RedisClient.run}. */
  async run(
    name: ScriptName,
    keys: string[],
    args: Argument[],
  ): Promise<Reply> {
    return await this.#send(
      keys[0],
      (link) => runScript(link, name, keys, args),
    );
  }

  /** See {@linkcode RedisClient.keysEverywhere}. */
  keysEverywhere(name: string): string[] {
    if (!this.#isWhole()) throw this.#failure(nobodyHasSlots());
    const without = new Set(this.#owners);
    const keys: string[] = [];
    for (let i = 0; without.size > 0; i++) {
      const key = `${name}:${i}`;
      if (without.delete(this.#owners[slotOf(key)])) keys.push(key);
    }
    return keys;
  }

  /** See {@linkcode RedisClient.canDoWithout}. */
  canDoWithout(key: string): boolean {
    const owner = this.#owners[slotOf(key)];
    return !this.#isClosed() && this.#masters.values()
      .some((master) => master !== owner && master.kept.isConnected);
  }

  /** See {@linkcode RedisClient.close}. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#alarm.resolve();
    await Promise.all(
      [...this.#masters.values()].map(({ kept }) => kept.close()),
    );
    await Promise.all(this.#leaving);
    await this.#kept;
  }

  /**
   * Sends a request to whoever has a key, and after it where that has moved.
   * Only what a server has refused to do is sent again.
   */
  async #send(key: string, request: Request): Promise<Reply> {
    const slot = slotOf(key);
    const until = performance.now() + this.#options.requestTimeoutMs;
    let redirection: Redirection | undefined;
    while (true) {
      if (this.#isClosed()) throw this.#failure(closed());
      const master = redirection
        ? this.#masterAt(redirection.to)
        : this.#owners[slot];
      if (!master) throw this.#failure(nobodyHasSlots());
      try {
        return await ask(master, request, redirection?.isAsking);
      } catch (error) {
        if (!(error instanceof LinkError)) throw error;
        const { code, elsewhere } = error;
        if (code === "CLUSTERDOWN") this.#alarm.resolve();
        const isMoving = elsewhere !== undefined || code === "TRYAGAIN";
        if (!isMoving || performance.now() > until) {
          throw this.#failure(elsewhere ? disagreement(code) : error, master);
        }
        if (redirection || !elsewhere) {
          await pause(MOVING_PAUSE_MS, this.#closing.signal);
        }
        if (elsewhere && code === "MOVED") this.#move(slot, elsewhere);
        redirection = elsewhere && { to: elsewhere, isAsking: code === "ASK" };
      }
    }
  }

  /** Waits until each master was tried; one of them is enough to begin with. */
  async #connect(): Promise<void> {
    const masters = [...this.#masters.values()];
    await Promise.all(masters.map(({ kept }) => kept.tried));
    await firstOf(
      masters.map(({ address }) => address),
      (address) => Promise.resolve(this.#masterAt(address).kept.link),
    );
  }

  #move(slot: number, to: RedisAddress): void {
    this.#owners[slot] = this.#masterAt(to);
    this.#alarm.resolve();
  }

  /** Looks who has which slots whenever something has changed. */
  async #keep(): Promise<void> {
    let pauseMs = 0;
    while (!this.#isClosed()) {
      if (this.#isWell()) {
        const since = performance.now();
        await this.#alarm.promise;
        // Alarms that never end are no reason to hurry.
        if (performance.now() - since > pauseMs) pauseMs = 0;
      }
      pauseMs = nextPause(pauseMs);
      await pause(pauseMs, this.#closing.signal);
      this.#alarm = Promise.withResolvers();
      // Requests say what is wrong with the servers that they are for.
      await this.#lookUp().catch(() => {});
    }
  }

  /** True when there is nothing to look for. */
  #isWell(): boolean {
    return this.#isWhole() &&
      [...this.#masters.values()].every(({ kept }) => kept.isConnected);
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** True when somebody has each of the slots. */
  #isWhole(): boolean {
    return !this.#owners.includes(undefined);
  }

  /** Asks the servers in turn who has which slots. */
  async #lookUp(): Promise<void> {
    const view = await firstOf(this.#servers, (address) => this.#view(address));
    if (this.#isClosed()) return;
    this.#owners.fill(undefined);
    for (const { first, last, master } of view.ranges) {
      this.#owners.fill(this.#masterAt(master), first, last + 1);
    }
    const owners = new Set(this.#owners);
    for (const master of this.#masters.values()) {
      if (!owners.has(master) && master.requests === 0) this.#leave(master);
    }
  }

  async #view(asked: RedisAddress): Promise<ClusterView> {
    if (this.#isClosed()) throw closed();
    const reply = await askOnce(asked, this.#options, "CLUSTER", "SLOTS");
    const view = readClusterSlots(reply, asked);
    if (view.ranges.length === 0) throw nobodyHasSlots();
    // Whoever was asked comes last, for it may be wrong.
    const servers = [...view.servers, ...this.#options.servers, asked];
    this.#servers = servers.filter((one, i) =>
      i === servers.findLastIndex((other) => isSame(one, other))
    );
    return view;
  }

  #masterAt(address: RedisAddress): Master {
    const name = formatAddress(address);
    const known = this.#masters.get(name);
    if (known) return known;
    const kept = new KeptLink({
      connect: () => Link.open(address, this.#options),
      watch: (link) => link.lost.then(() => this.#alarm.resolve()),
    });
    const master = { address, kept, requests: 0 };
    this.#masters.set(name, master);
    return master;
  }

  #leave({ address, kept }: Master): void {
    this.#masters.delete(formatAddress(address));
    const left = kept.close().finally(() => this.#leaving.delete(left));
    this.#leaving.add(left);
  }

  #failure(error: unknown, master?: Master): StoreError {
    if (!(error instanceof LinkError)) throw error;
    const reason = master ? at(master.address, error) : error.message;
    return new StoreError(`${this.url}: ${reason}`);
  }
}

async function ask(
  master: Master,
  request: Request,
  isAsking = false,
): Promise<Reply> {
  master.requests++;
  try {
    if (!master.kept.isConnected) await master.kept.tried;
    const { link } = master.kept;
    // What goes wrong with it goes wrong with the request too.
    if (isAsking) link.ask("ASKING").catch(() => {});
    return await request(link);
  } finally {
    master.requests--;
  }
}

function nobodyHasSlots(): LinkError {
  return new LinkError(
    "no server has some of the slots: redis-cli --cluster fix assigns them",
  );
}

function disagreement(code: string | undefined): LinkError {
  return new LinkError(
    `the servers do not agree on who has its keys (${code})`,
  );
}
