/**
 * What the doctor looks at.
 *
 * @module
 */

import type { ListenAddress } from "../../config/address.ts";
import type { Config } from "../../config/config.ts";
import type { UsableConfig } from "../../config/load.ts";
import type { Problem } from "../../config/problem.ts";
import { sharingOf } from "../../engine/sharing.ts";
import type { Status } from "../../engine/status.ts";
import { within } from "../../engine/within.ts";
import { inspectStore } from "../../store/inspect.ts";
import type { Inspection } from "../../store/inspection.ts";
import type { Client } from "../client.ts";
import { type Lines, readLines } from "./lines.ts";
import { findUnit, type Unit } from "./unit.ts";

/** Whoever takes longer to answer, or to close, hangs. */
const [ASK_MS, CLOSE_MS] = [5_000, 2_000];

/** What can be said before anything was looked at. */
export interface SetupOptions {
  /** Path of the configuration; nothing for the defaults. */
  configFile?: string;
  /** The configuration, if it can be used. */
  loaded?: UsableConfig;
  /** All that is wrong with it. */
  problems: readonly Problem[];
  /** Where to listen, in place of the configured address. */
  listen: ListenAddress;
  /** URL of the store; nothing for the Redis of the configuration. */
  store?: string;
  /** A client of the daemon that may be running. */
  client: Client;
  /** How long that may take to answer, in milliseconds; 5,000 by default. */
  askMs?: number;
  /** Where the files of the system are: `/` but in tests. */
  root: string;
  /** Unix time in milliseconds. */
  now: () => number;
}

/** What is looked at, and how. */
export class Setup {
  readonly options: SetupOptions;
  /** The systemd unit, where it is installed. */
  readonly unit: Unit | undefined;
  #inspection: Promise<Inspection> | undefined;
  #lines: Promise<Lines | undefined> | undefined;
  #status: Promise<Status | undefined> | undefined;

  constructor(options: SetupOptions) {
    this.options = options;
    this.unit = findUnit(options.root);
  }

  /** The configuration; checks that need it are left out where there is none. */
  get config(): Config {
    return this.options.loaded!.config;
  }

  /** Unix time in seconds. */
  get now(): number {
    return this.options.now() / 1000;
  }

  /** The store; several checks look at the same. */
  inspection(): Promise<Inspection> {
    const { config, options: { store, now } } = this;
    return this.#inspection ??= inspectStore(store, {
      settings: config.redis,
      sharing: sharingOf(config),
      prefix: config.prefix,
      now,
    });
  }

  /** The lines of networks in the store; nothing where it cannot be read. */
  lines(): Promise<Lines | undefined> {
    return this.#lines ??= this.inspection().then(({ store }) =>
      store && readLines(this.config, store, this.now)
    );
  }

  /** What the daemon says that runs at the address, if it may be asked. */
  status(): Promise<Status | undefined> {
    return this.#status ??= this.ask("/v1/status")
      .then((response) => response.json())
      .catch(() => undefined);
  }

  /**
   * Asks the daemon that may be running.
   *
   * @throws {import("../client.ts").ClientError} (as a rejection) when it does
   * not answer, or with an error
   * @throws {Error} when it takes too long
   */
  ask(path: string): Promise<Response> {
    const { client, askMs = ASK_MS } = this.options;
    return within(askMs, client.send("GET", path));
  }

  /** Lets go of the store, if it was looked at; one that hangs is left. */
  async close(): Promise<void> {
    const closed = this.#inspection?.then((inspection) => inspection.close());
    await within(CLOSE_MS, closed ?? Promise.resolve()).catch(() => {});
  }
}
