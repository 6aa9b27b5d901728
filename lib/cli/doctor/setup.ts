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
import { inspectStore } from "../../store/inspect.ts";
import type { Inspection } from "../../store/inspection.ts";
import type { Client } from "../client.ts";
import { type Lines, readLines } from "./lines.ts";
import { findUnit, type Unit } from "./unit.ts";

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

  /** Lets go of the store, if it was looked at. */
  async close(): Promise<void> {
    const inspection = await this.#inspection?.catch(() => undefined);
    await inspection?.close();
  }
}
