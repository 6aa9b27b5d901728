/**
 * A daemon in this process, over a file in a temporary folder, and a client
 * that asks it over HTTP.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import type { Config } from "../../lib/config/config.ts";
import { parseConfig } from "../../lib/config/load.ts";
import {
  type Daemon,
  type DaemonOptions,
  startDaemon,
} from "../../lib/daemon.ts";
import type { LogFields, LogLevel } from "../../lib/log/log.ts";
import type { NetworkStatus, Status } from "../../lib/engine/status.ts";

/** What a daemon logged. */
export interface LogEntry {
  level: LogLevel;
  message: string;
  fields: LogFields;
}

/** An answer, its body parsed. */
export interface Answer {
  status: number;
  headers: Headers;
  // deno-lint-ignore no-explicit-any
  json: any;
}

/** How a daemon of a test differs from others. */
export type HostOptions =
  & Partial<Pick<DaemonOptions, "random" | "nextSeed" | "listen" | "autolearn">>
  & {
    /** Path of a store that others use too, or the URL of a Redis. */
    store?: string;
  };

/** A configuration from its text, which has to be right. */
export function configOf(text: string): Config {
  const { config, problems } = parseConfig(text, "neural.conf");
  assert(config, JSON.stringify(problems));
  return config;
}

/** A daemon that can be stopped, restarted, and looked at from outside. */
export class Host {
  /** Where it keeps things. */
  readonly path: string;
  /** What it logged so far, restarts included, but for what is for debugging. */
  readonly log: LogEntry[] = [];
  readonly #folder: string;
  readonly #options: HostOptions;
  #config: string;
  #daemon: Daemon | undefined;

  private constructor(folder: string, config: string, options: HostOptions) {
    this.#folder = folder;
    this.#config = config;
    this.#options = options;
    this.path = options.store ?? `${folder}/neurald.sqlite`;
  }

  /** Starts a daemon with a configuration; seeds and coins are fixed. */
  static async start(
    config: string,
    options: HostOptions = {},
  ): Promise<Host> {
    const folder = await Deno.makeTempDir({ prefix: "neurald-test-" });
    const host = new Host(folder, config, options);
    try {
      await host.restart();
      return host;
    } catch (error) {
      await host[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where it answers. */
  get url(): string {
    return this.daemon.url;
  }

  /** The daemon itself. */
  get daemon(): Daemon {
    assert(this.#daemon, "it is not running");
    return this.#daemon;
  }

  /** Sees that it answers, and that it has complained of nothing. */
  async checkWell(): Promise<void> {
    assertEquals((await this.ask("/healthz")).json, { alive: true });
    assertEquals(this.logged("error"), []);
    assertEquals(this.logged("warn"), []);
  }

  /** Stops it, if it runs. */
  async stop(): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = undefined;
    await daemon?.stop();
  }

  /** Stops it if it runs, and starts it again, maybe configured otherwise. */
  async restart(config = this.#config): Promise<void> {
    await this.stop();
    this.#config = config;
    let seed = 1;
    this.#daemon = await startDaemon({
      random: () => 0.5,
      nextSeed: () => seed++,
      listen: { hostname: "127.0.0.1", port: 0 },
      ...this.#options,
      config: configOf(config),
      log: this.#logger(),
      store: this.path.startsWith("redis:") ? this.path : `sqlite:${this.path}`,
    });
  }

  /** Goes on with another configuration. */
  reconfigure(config: string): Promise<void> {
    this.#config = config;
    return this.daemon.reconfigure(configOf(config));
  }

  /** What was logged at a level, but for what a busy machine may cause. */
  logged(level: LogLevel): string[] {
    return this.log.filter((entry) =>
      entry.level === level && entry.message !== "a request took long"
    )
      .map(({ message, fields }) => `${message} ${JSON.stringify(fields)}`);
  }

  /** Asks, and parses the answer, which has to be JSON. */
  async ask(path: string, init?: RequestInit): Promise<Answer> {
    const response = await fetch(this.url + path, init);
    const { status, headers } = response;
    return { status, headers, json: await response.json() };
  }

  /** Sends JSON. */
  post(path: string, json: unknown): Promise<Answer> {
    return this.ask(path, { method: "POST", body: JSON.stringify(json) });
  }

  /** Sends one thing in each line, and gives the answer to each. */
  // deno-lint-ignore no-explicit-any
  async postLines(path: string, lines: unknown[]): Promise<any[]> {
    const response = await fetch(this.url + path, {
      method: "POST",
      body: lines.map((line) =>
        typeof line === "string" ? line : JSON.stringify(line)
      ).join("\n"),
      headers: { "content-type": "application/x-ndjson" },
    });
    const text = await response.text();
    assert(response.ok, text);
    return text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
  }

  /** `GET /v1/status`. */
  async status(): Promise<Status> {
    return (await this.ask("/v1/status")).json;
  }

  /** What the status says of a line of networks: the only one unless named. */
  async network(
    { rule = "default", settings = "default", metatokens = 3 } = {},
  ): Promise<NetworkStatus> {
    const { rules } = await this.status();
    const network = rules[rule].networks.find((network) =>
      network.settings === settings && network.metatoken_version === metatokens
    );
    assert(network, `no network ${rule} ${settings} ${metatokens}`);
    return network;
  }

  /** Looks into the store, or changes it, behind the daemon's back. */
  sql<T>(use: (database: DatabaseSync) => T): T {
    const database = new DatabaseSync(this.path);
    try {
      database.exec("PRAGMA busy_timeout = 5000");
      return use(database);
    } finally {
      database.close();
    }
  }

  /** Stops it, and removes what it left. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await Deno.remove(this.#folder, { recursive: true });
  }

  #logger(): DaemonOptions["log"] {
    const at =
      (level: LogLevel) => (message: string, fields: LogFields = {}) => {
        // Of the least important there is some for each request.
        if (level !== "debug") this.log.push({ level, message, fields });
      };
    return {
      debug: at("debug"),
      info: at("info"),
      warn: at("warn"),
      error: at("error"),
    };
  }
}
