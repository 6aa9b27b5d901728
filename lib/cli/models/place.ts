/**
 * Where the models are that a command is about: behind a server, or in a store.
 *
 * @module
 */

import type { Config } from "../../config/config.ts";
import { formatProblems } from "../../config/problem.ts";
import { lineLog } from "../../log/line_log.ts";
import { Models, type ModelSource } from "../../engine/models/models.ts";
import { StoreKeeper } from "../../engine/models/store_keeper.ts";
import { processName } from "../../engine/process_name.ts";
import { sharingOf } from "../../engine/sharing.ts";
import { openStore } from "../../store/open.ts";
import { Client, CLIENT_FLAGS, type ClientFlags } from "../client.ts";
import { readConfig } from "../config_file.ts";
import type { FlagSpec } from "../flags.ts";
import { storeUrl } from "../store_url.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage_error.ts";
import { RemoteModels } from "./remote.ts";

/** The flags that say where the models are. */
export const PLACE_FLAGS = {
  ...CLIENT_FLAGS,
  store: {
    kind: "text",
    value: "URL",
    help:
      "the store itself, instead of a server: sqlite:PATH or redis://HOST:PORT",
  },
  config: {
    kind: "text",
    short: "c",
    value: "FILE",
    help: "the store of this configuration, and its rules, instead of a server",
  },
} as const satisfies Record<string, FlagSpec>;

/** What these flags say. */
export interface PlaceFlags extends ClientFlags {
  store?: string;
  config?: string;
}

/** The flags that name a line of networks. */
export const LINE_FLAGS = {
  rule: {
    kind: "text",
    short: "r",
    value: "NAME",
    help: "the rule (default: the only one, or default)",
  },
  settings: {
    kind: "text",
    short: "s",
    value: "ID",
    help: "the settings (default: default)",
  },
} as const satisfies Record<string, FlagSpec>;

/**
 * Uses the models of a server, or, where a store or a configuration is named,
 * those of the store: what is changed there, daemons notice within a watch
 * interval.
 *
 * @param mayCreate whether a SQLite file that is not there is created
 * @throws {UsageError} when the flags contradict each other, or name nothing
 */
export async function withModels<T>(
  flags: PlaceFlags,
  terminal: Terminal,
  use: (models: ModelSource) => Promise<T>,
  mayCreate = false,
): Promise<T> {
  const { store, config: path } = flags;
  if (store === undefined && path === undefined) {
    using client = await Client.open(flags);
    return await use(new RemoteModels(client));
  }
  checkNoServer(flags);
  const config = await configAt(path, terminal);
  const url = storeUrl(store, config);
  if (!mayCreate) await checkThere(url);
  const opened = await openStore(url, config.redis, sharingOf(config));
  try {
    using keeper = await StoreKeeper.open({
      config,
      store: opened,
      log: lineLog("warn", (line) => terminal.note(line)),
      holder: processName(),
    });
    const { strangers } = keeper;
    if (strangers.length > 0) {
      terminal.note(
        `neurald: there is more that belongs to no rule of the configuration ` +
          `(${
            strangers.slice(0, 5).join(", ")
          }); --config FILE names the rules`,
      );
    }
    return await use(new Models(() => keeper));
  } finally {
    await opened.close();
  }
}

/**
 * Reads a configuration that has to be right.
 *
 * @throws {UsageError} when it is not
 */
export async function configAt(
  path: string | undefined,
  terminal: Terminal,
): Promise<Config> {
  const { config, problems } = await readConfig(path);
  if (config) return config;
  terminal.note(formatProblems(problems).trimEnd());
  throw new UsageError(`--config: ${path} cannot be used`);
}

/** A store is used without a server. */
function checkNoServer(flags: ClientFlags): void {
  const names = Object.keys(CLIENT_FLAGS) as (keyof ClientFlags)[];
  const given = names.find((name) => flags[name] !== undefined);
  if (given === undefined) return;
  throw new UsageError(
    `--${given} is about a server, which is asked instead of a --store or ` +
      "the one of a --config",
  );
}

/** A name that is mistyped is not to be a new and empty store. */
async function checkThere(url: string | undefined): Promise<void> {
  if (!url?.startsWith("sqlite:")) return;
  const path = url.slice("sqlite:".length);
  try {
    await Deno.stat(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) return;
    throw new UsageError(
      `there is no store ${path}; --store names another one, and neurald ` +
        "serve or models import creates it",
    );
  }
}
