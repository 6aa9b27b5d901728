/**
 * A daemon from its start to its end, in the thread that serves.
 *
 * @module
 */

import { parseListenAddress } from "../../config/address.ts";
import type { Config } from "../../config/config.ts";
import { type Daemon, startDaemon } from "../../daemon.ts";
import { ListenError } from "../../http/server/listen_error.ts";
import { mistakeFields } from "../../log/mistake.ts";
import { type ProcessLog, standardErrorLog } from "../../log/standard_error.ts";
import { StoreError } from "../../store/store.ts";
import { VERSION } from "../../version.ts";
import { readConfigFiles } from "../config_file.ts";
import { EXIT } from "../exit.ts";
import { logProblems, logSettings, tellProblems } from "./logging.ts";
import { giveUpStarting, lacking, servingNeeds } from "./permissions.ts";
import type { ServeOrder } from "./protocol.ts";
import { waitingForRestart } from "./restart.ts";

/** What a daemon is asked for while it runs. */
export interface Requests {
  /** Resolves when it is to end. */
  stopped: Promise<void>;
  /** Called with what reads its configuration again. */
  onReload(reload: () => void): void;
}

/**
 * Serves until it is to end, or cannot go on.
 *
 * @returns the exit code
 */
export async function serve(
  order: ServeOrder,
  { stopped, onReload }: Requests,
): Promise<number> {
  const { config: path, standardInput, logged, destination } = order;
  const { loaded: { config, problems } } = readConfigFiles(path, standardInput);
  await using log = standardErrorLog(logSettings(config, logged), destination);
  tellProblems(log, problems, note);
  if (!config) return EXIT.misused;
  log.debug("starting", {
    version: VERSION,
    config: path,
    log_level: logSettings(config, logged).level,
    log_format: log.format,
  });
  const { listen, storeUrl: store } = order;
  let daemon: Daemon;
  try {
    daemon = await startDaemon({ config, log, listen, store });
  } catch (error) {
    tellWhyNot(log, error);
    return EXIT.failed;
  }
  await giveUpStarting(order.needs);
  let reloading: Promise<void> = Promise.resolve();
  onReload(() => {
    reloading = reloading.then(() => reload(order, config, daemon, log))
      .catch((error) => log.error("not reloaded", { error }));
  });
  const failure = await Promise.race([stopped, daemon.failed]);
  if (failure) log.error("stopping", { error: failure });
  else log.info("stopping");
  onReload(() => {});
  await daemon.stop();
  return failure ? EXIT.failed : EXIT.good;
}

function note(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

/** People are told as by any other command. */
function tellWhyNot(log: ProcessLog, error: unknown): void {
  const isExpected = error instanceof StoreError ||
    error instanceof ListenError;
  if (log.format !== "human") {
    log.error("not started", isExpected ? { error } : mistakeFields(error));
  } else if (isExpected) note(`neurald: ${error.message}`);
  else throw error;
}

/** Goes on with the configuration as it is now, unless it is wrong. */
async function reload(
  order: ServeOrder,
  started: Config,
  daemon: Daemon,
  log: ProcessLog,
): Promise<void> {
  const { config: path, listen, storeUrl } = order;
  const { loaded: { config, problems }, files } = readConfigFiles(path);
  logProblems(log, problems);
  if (!config) {
    return log.error("not reloaded", { reason: "the configuration is wrong" });
  }
  const needed = servingNeeds({
    // The store and the address stay as they are.
    config: { ...config, redis: started.redis },
    files,
    listen: listen ?? parseListenAddress(started.neurald.listen)!,
    store: storeUrl,
  });
  const lacked = lacking(needed, order.needs.serving);
  if (lacked.length > 0) {
    return log.error("not reloaded", {
      reason: "neurald gave up what its configuration did not need when it " +
        `started, and may not begin ${lacked.join(", nor ")}; restart it`,
    });
  }
  await daemon.reconfigure(config);
  log.configure(logSettings(config, order.logged));
  log.info("reloaded");
  for (const option of waitingForRestart(started, config, order)) {
    log.warn("a change takes effect after a restart only", { option });
  }
}
