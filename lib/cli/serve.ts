/**
 * `neurald serve`: the daemon.
 *
 * @module
 */

import { parseListenAddress } from "../config/address.ts";
import type { Config } from "../config/config.ts";
import { formatProblems } from "../config/problem.ts";
import { type Daemon, startDaemon } from "../daemon.ts";
import { lineLog, type Log } from "../engine/log.ts";
import { defineCommand } from "./command.ts";
import { readConfig } from "./config_file.ts";
import { EXIT } from "./exit.ts";
import { untilStopped } from "./signals.ts";
import { storeUrl } from "./store_url.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage_error.ts";

/** `neurald serve` */
export const serveCommand = defineCommand({
  name: "serve",
  summary: "run the daemon",
  operands: "",
  maxOperands: 0,
  flags: {
    config: {
      kind: "text",
      value: "FILE",
      help: "the configuration, as rspamd's neural.conf (default: none)",
    },
    listen: {
      kind: "text",
      value: "ADDRESS",
      help: "HOST:PORT or unix:/PATH (default 127.0.0.1:11336)",
    },
    store: {
      kind: "text",
      value: "URL",
      help: "sqlite:PATH (default: in $STATE_DIRECTORY, or in your home)",
    },
  },
  async run({ flags, terminal }) {
    const address = flags.listen === undefined
      ? undefined
      : parseListenAddress(flags.listen);
    if (flags.listen !== undefined && !address) {
      throw new UsageError(
        `--listen: HOST:PORT or unix:/PATH is needed, not ${flags.listen}`,
      );
    }
    const config = await usableConfig(flags.config, terminal);
    if (!config) return EXIT.misused;
    const log = lineLog(
      config.neurald.logLevel,
      (line) => terminal.note(line),
    );
    const daemon = await startDaemon({
      config,
      log,
      listen: address,
      store: storeUrl(flags.store, config),
    });
    await serveUntilStopped(
      daemon,
      log,
      () => usableConfig(flags.config, terminal),
    );
    return EXIT.good;
  },
});

/** The configuration, if it can be used; what is wrong is told. */
async function usableConfig(
  path: string | undefined,
  terminal: Terminal,
): Promise<Config | undefined> {
  const { config, problems } = await readConfig(path);
  if (problems.length > 0) terminal.note(formatProblems(problems).trimEnd());
  return config;
}

/** Serves until a signal ends it; SIGHUP reads the configuration again. */
async function serveUntilStopped(
  daemon: Daemon,
  log: Log,
  reread: () => Promise<Config | undefined>,
): Promise<void> {
  let reloading: Promise<void> = Promise.resolve();
  const reload = async () => {
    try {
      const config = await reread();
      if (config) await daemon.reconfigure(config);
      log.info(
        config ? "reloaded" : "not reloaded: the configuration is wrong",
      );
    } catch (error) {
      log.error("not reloaded", { error });
    }
  };
  const onHangup = () => reloading = reloading.then(reload);
  Deno.addSignalListener("SIGHUP", onHangup);
  await untilStopped();
  Deno.removeSignalListener("SIGHUP", onHangup);
  await reloading;
  await daemon.stop();
}
