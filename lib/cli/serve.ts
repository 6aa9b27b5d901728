/**
 * `neurald serve`: the daemon.
 *
 * @module
 */

import { parseListenAddress } from "../config/address.ts";
import type { Config } from "../config/config.ts";
import { whyExposed } from "../config/exposure.ts";
import { formatProblems, type Problem } from "../config/problem.ts";
import { type Daemon, startDaemon } from "../daemon.ts";
import { ListenError } from "../http/server.ts";
import { LOG_FORMATS, type LogFormat } from "../log/format.ts";
import {
  type Log,
  LOG_LEVELS,
  type LogFields,
  type LogLevel,
} from "../log/log.ts";
import { mistakeFields } from "../log/mistake.ts";
import { standardErrorLog } from "../log/standard_error.ts";
import { StoreError } from "../store/store.ts";
import { VERSION } from "../version.ts";
import { defineCommand } from "./command.ts";
import { readConfig } from "./config_file.ts";
import { EXIT } from "./exit.ts";
import { keepOnly, privilegesFor } from "./privileges.ts";
import { Hangups, untilStopped } from "./signals.ts";
import { storeUrl } from "./store_url.ts";
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
      help: "sqlite:PATH or redis://HOST:PORT (default: the configured one, " +
        "or a file in $STATE_DIRECTORY or in your home)",
    },
    "log-level": {
      kind: "text",
      value: "LEVEL",
      oneOf: LOG_LEVELS,
      help: `least importance of what is logged: ${LOG_LEVELS.join(", ")} ` +
        "(default: the configured one)",
    },
    "log-format": {
      kind: "text",
      value: "FORMAT",
      oneOf: LOG_FORMATS,
      help: `form of the log: ${LOG_FORMATS.join(", ")} ` +
        "(default: the configured one)",
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
    // First thing: one that comes while the daemon starts would end it.
    using hangups = new Hangups();
    const chosen = {
      level: flags["log-level"] as LogLevel | undefined,
      format: flags["log-format"] as LogFormat | undefined,
    };
    const { config, problems } = await readConfig(flags.config);
    await using log = standardErrorLog(logSettings(config, chosen));
    if (log.format !== "human") tellProblems(log, problems);
    // Before anything is logged, so that the lines are whole.
    else if (problems.length > 0) {
      terminal.note(formatProblems(problems).trimEnd());
    }
    if (!config) return EXIT.misused;
    const exposed = address && whyExposed(address, config.neurald);
    if (exposed) throw new UsageError(`--listen ${flags.listen}: ${exposed}`);
    const store = storeUrl(flags.store, config);
    log.debug("starting", {
      version: VERSION,
      config: flags.config,
      log_level: logSettings(config, chosen).level,
      log_format: log.format,
    });
    // Before it says that it is ready, whereupon it may be stopped.
    const stopped = untilStopped();
    let daemon: Daemon;
    try {
      daemon = await startDaemon({ config, log, listen: address, store });
    } catch (error) {
      // People are told as by any other command.
      if (log.format === "human") throw error;
      log.error("not started", whyNotStarted(error));
      return EXIT.failed;
    }
    const privileges = privilegesFor(daemon, config);
    await keepOnly(privileges);
    const reload = async () => {
      const { config: next, problems } = await readConfig(flags.config);
      tellProblems(log, problems);
      if (!next) {
        return log.error("not reloaded", {
          reason: "the configuration is wrong",
        });
      }
      if (!privilegesFor(daemon, next).isSubsetOf(privileges)) {
        return log.error("not reloaded", {
          reason: "guards with a url and external models need the network, " +
            "which neurald gave up when it started; restart it",
        });
      }
      await daemon.reconfigure(next);
      log.configure(logSettings(next, chosen));
      log.info("reloaded");
      for (const option of waitingForRestart(config, next, flags)) {
        log.warn("a change takes effect after a restart only", { option });
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

/** What is logged, and how: as the flags say, or else the configuration. */
function logSettings(
  config: Config | undefined,
  chosen: { level?: LogLevel; format?: LogFormat },
): { level: LogLevel; format: LogFormat } {
  const { logLevel = "info", logFormat = "auto" } = config?.neurald ?? {};
  return {
    level: chosen.level ?? logLevel,
    format: chosen.format ?? logFormat,
  };
}

function whyNotStarted(error: unknown): LogFields {
  return error instanceof StoreError || error instanceof ListenError
    ? { error }
    : mistakeFields(error);
}

/** Logs what is wrong with a configuration. */
function tellProblems(log: Log, problems: readonly Problem[]): void {
  for (const { severity, message: problem, ...where } of problems) {
    if (severity === "error") {
      log.error("the configuration is wrong", { ...where, problem });
    } else log.warn("the configuration is odd", { ...where, problem });
  }
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
  else log.info("stopping");
  hangups.listen(() => {});
  await daemon.stop();
  return failure;
}
