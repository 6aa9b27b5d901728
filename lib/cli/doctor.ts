/**
 * `neurald doctor`: what is well with an installation, and what is not.
 *
 * @module
 */

import { parseListenAddress } from "../config/address.ts";
import { defaultConfig } from "../config/load.ts";
import { reachableAddress, serverUrl } from "../config/server_url.ts";
import { defineCommand } from "./command.ts";
import { Client, CLIENT_FLAGS } from "./client.ts";
import { readConfig } from "./config_file.ts";
import { diagnose } from "./doctor/diagnose.ts";
import { linesOfReport } from "./doctor/lines_of_report.ts";
import { Setup } from "./doctor/setup.ts";
import { findUnit, type Unit } from "./doctor/unit.ts";
import { EXIT } from "./exit.ts";
import { listenFlag, SERVE_FLAGS } from "./serve_flags.ts";
import { storeProblem } from "./store_problem.ts";
import { storeUrl } from "./store_url.ts";

const ROOT = "/";

/** `neurald doctor` */
export const doctorCommand = defineCommand({
  name: "doctor",
  summary: "look for what is wrong with an installation, and change nothing",
  operands: "",
  maxOperands: 0,
  flags: {
    ...SERVE_FLAGS,
    config: {
      ...SERVE_FLAGS.config,
      help: "the configuration (default: that of neurald.service, or none)",
    },
    ...CLIENT_FLAGS,
    server: {
      ...CLIENT_FLAGS.server,
      help: "where a running neurald answers (default: where it would listen)",
    },
    strict: { kind: "switch", help: "warnings are failures, too" },
    json: { kind: "switch", help: "print one JSON object" },
  },
  async run({ flags, terminal }) {
    const unit = findUnit(ROOT);
    const given = listenFlag(flags.listen);
    const isGiven = [flags.config, flags.store, flags.listen]
      .some((flag) => flag !== undefined);
    const configFile = flags.config ?? (isGiven ? undefined : unit?.configFile);
    const read = await readConfig(configFile);
    const usable = read.config && read;
    const problem = usable && storeProblem(usable, configFile ?? "defaults");
    const config = usable?.config ?? defaultConfig().config;
    const listen = given ?? parseListenAddress(config.neurald.listen)!;
    const isHttps = config.neurald.tls.certificate !== undefined;
    using client = await Client.open({
      ...flags,
      server: flags.server ?? serverUrl(reachableAddress(listen), isHttps),
    });
    const setup = new Setup({
      configFile,
      loaded: problem ? undefined : usable,
      problems: problem ? [...read.problems, problem] : read.problems,
      listen,
      store: usable &&
        storeUrl(flags.store, config, stateFolderOf(unit, configFile)),
      client,
      root: ROOT,
      now: Date.now,
    });
    const report = await diagnose(setup);
    await setup.close();
    if (flags.json) terminal.print(JSON.stringify(report));
    else {
      const hasColours = Deno.stdout.isTerminal() && !Deno.noColor;
      linesOfReport(report, hasColours).forEach(terminal.print);
    }
    const { error, warning } = report.summary;
    return error > 0 || (flags.strict && warning > 0) ? EXIT.failed : EXIT.good;
  },
});

/** That of the unit, where what is looked at is what the unit runs. */
function stateFolderOf(
  unit: Unit | undefined,
  configFile: string | undefined,
): string | undefined {
  const isOfUnit = configFile !== undefined && unit?.configFile === configFile;
  return isOfUnit ? unit.stateFolder : undefined;
}
