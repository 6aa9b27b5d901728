/**
 * `neurald serve`: the daemon.
 *
 * @module
 */

import type { Config } from "../config/config.ts";
import { whyExposed } from "../config/exposure.ts";
import { formatProblems } from "../config/problem.ts";
import { type Daemon, startDaemon } from "../daemon.ts";
import { lineLog, type Log } from "../engine/log.ts";
import { defineCommand } from "./command.ts";
import { readConfig } from "./config_file.ts";
import { EXIT } from "./exit.ts";
import { keepOnly, privilegesFor } from "./privileges.ts";
import { listenFlag, SERVE_FLAGS } from "./serve_flags.ts";
import { Hangups, untilStopped } from "./signals.ts";
import { storeUrl } from "./store_url.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage_error.ts";

/** `neurald serve` */
export const serveCommand = defineCommand({
  name: "serve",
  summary: "run the daemon",
  operands: "",
  maxOperands: 0,
  flags: SERVE_FLAGS,
  async run({ flags, terminal }) {
    const address = listenFlag(flags.listen);
    // First thing: one that comes while the daemon starts would end it.
    using hangups = new Hangups();
    const config = await usableConfig(flags.config, terminal);
    if (!config) return EXIT.misused;
    const exposed = address && whyExposed(address, config.neurald);
    if (exposed) throw new UsageError(`--listen ${flags.listen}: ${exposed}`);
    let level = config.neurald.logLevel;
    const log = lineLog(() => level, (line) => terminal.note(line));
    // Before it says that it is ready, whereupon it may be stopped.
    const stopped = untilStopped();
    const daemon = await startDaemon({
      config,
      log,
      listen: address,
      store: storeUrl(flags.store, config),
    });
    const privileges = privilegesFor(daemon, config);
    await keepOnly(privileges);
    const reload = async () => {
      const next = await usableConfig(flags.config, terminal);
      if (!next) {
        return log.error("not reloaded: the configuration is wrong");
      }
      if (!privilegesFor(daemon, next).isSubsetOf(privileges)) {
        return log.error(
          "not reloaded: guards with a url and external models need the " +
            "network, which neurald gave up when it started; restart it",
        );
      }
      await daemon.reconfigure(next);
      level = next.neurald.logLevel;
      log.info("reloaded");
      for (const name of waitingForRestart(config, next, flags)) {
        log.warn(`${name} has changed, which takes effect after a restart`);
      }
    };
    const failure = await serveUntilStopped(
      daemon,
      stopped,
      log,
      hangups,
      reload,
    );
    return failure ? EXIT.failed : EXIT.good;
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

/** What a daemon was started with, and what a reload cannot change. */
function waitingForRestart(
  started: Config,
  next: Config,
  flags: { listen?: string; store?: string },
): string[] {
  const fixed: Record<string, [given: string | undefined, of: Fixed]> = {
    listen: [flags.listen, ({ neurald }) => neurald.listen],
    store: [flags.store, ({ neurald, redis }) => [neurald.store, redis]],
    tls: [undefined, ({ neurald }) => neurald.tls.certificate !== undefined],
    socket_mode: [undefined, ({ neurald }) => neurald.socketMode],
    rspamd_version: [undefined, ({ neurald }) => neurald.rspamdVersion],
  };
  return Object.entries(fixed)
    .filter(([, [given, of]]) =>
      given === undefined &&
      JSON.stringify(of(started)) !== JSON.stringify(of(next))
    )
    .map(([name]) => name);
}

/** A part of a configuration. */
type Fixed = (config: Config) => unknown;

/**
 * Serves until a signal ends it; SIGHUP reads the configuration again.
 *
 * @returns why it ended by itself, if it did
 */
async function serveUntilStopped(
  daemon: Daemon,
  stopped: Promise<void>,
  log: Log,
  hangups: Hangups,
  reload: () => Promise<void>,
): Promise<Error | void> {
  let reloading: Promise<void> = Promise.resolve();
  hangups.listen(() => {
    reloading = reloading.then(reload).catch((error) =>
      log.error("not reloaded", { error })
    );
  });
  const failure = await Promise.race([stopped, daemon.failed]);
  if (failure) log.error("stopping", { error: failure });
  hangups.listen(() => {});
  await daemon.stop();
  return failure;
}
