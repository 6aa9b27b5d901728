/**
 * `neurald serve`: the daemon.
 *
 * @module
 */

import { parseListenAddress } from "../config/address.ts";
import { whyExposed } from "../config/exposure.ts";
import { LOG_FORMATS, type LogFormat } from "../log/format.ts";
import { LOG_LEVELS, type LogLevel } from "../log/log.ts";
import { standardError, standardErrorLog } from "../log/standard_error.ts";
import { defineCommand } from "./command.ts";
import { readConfigFiles, readIfStandardInput } from "./config_file.ts";
import { EXIT } from "./exit.ts";
import { logSettings, tellProblems } from "./serve/logging.ts";
import { servingNeeds, startingNeeds } from "./serve/permissions.ts";
import { serveInThread } from "./serve/thread.ts";
import { listenFlag, SERVE_FLAGS } from "./serve_flags.ts";
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
    ...SERVE_FLAGS,
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
    const listen = listenFlag(flags.listen);
    // First thing: one that comes while the daemon starts would end it.
    using hangups = new Hangups();
    const logged = {
      level: flags["log-level"] as LogLevel | undefined,
      format: flags["log-format"] as LogFormat | undefined,
    };
    const note = (text: string) => terminal.note(text);
    const destination = standardError();
    const standardInput = await readIfStandardInput(flags.config);
    const { loaded, files } = readConfigFiles(flags.config, standardInput);
    const { config, problems } = loaded;
    if (!config) {
      await using log = standardErrorLog(logSettings(config, logged));
      tellProblems(log, problems, note);
      return EXIT.misused;
    }
    const exposed = listen && whyExposed(listen, config.neurald);
    if (exposed) throw new UsageError(`--listen ${flags.listen}: ${exposed}`);
    const store = storeUrl(flags.store, config);
    const setup = {
      config,
      files,
      listen: listen ?? parseListenAddress(config.neurald.listen)!,
      store,
    };
    // Before it says that it is ready, whereupon it may be stopped.
    const stopped = untilStopped();
    const order = {
      config: flags.config,
      standardInput,
      listen,
      store: flags.store,
      storeUrl: store,
      logged,
      destination,
      needs: {
        serving: servingNeeds(setup),
        starting: startingNeeds(setup),
      },
    };
    return await serveInThread(order, stopped, hangups, note);
  },
});
