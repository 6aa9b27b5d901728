/**
 * `neurald config`: what a configuration means, or what is wrong with it.
 *
 * @module
 */

import type { UsableConfig } from "../config/load.ts";
import { formatProblems } from "../config/problem.ts";
import { configToJson, renderConfig } from "../config/show.ts";
import { defineCommand } from "./command.ts";
import { readConfig } from "./config_file.ts";
import { EXIT } from "./exit.ts";
import { storeProblem } from "./store_problem.ts";
import { UsageError } from "./usage_error.ts";

/** `neurald config` */
export const configCommand = defineCommand({
  name: "config",
  summary: "check a configuration, or show it with its defaults",
  operands: "check|show [FILE]",
  maxOperands: 2,
  flags: {
    config: {
      kind: "text",
      value: "FILE",
      help: "the configuration; - for standard input",
    },
    json: { kind: "switch", help: "print one JSON object" },
  },
  async run({ flags, operands, terminal }) {
    const [action, file] = operands;
    if (action !== "check" && action !== "show") {
      throw new UsageError(
        action === undefined
          ? "config check or config show is needed"
          : `there is no config ${action}; there are check and show`,
      );
    }
    if (flags.config !== undefined && file !== undefined) {
      throw new UsageError(
        `one file is needed, not two: --config ${flags.config} and ${file}`,
      );
    }
    const path = flags.config ?? file;
    const loaded = await readConfig(path);
    const unusable = action === "check" && loaded.config
      ? storeProblem(loaded, path ?? "defaults")
      : undefined;
    const config = unusable ? undefined : loaded.config;
    const problems = [...loaded.problems, ...unusable ? [unusable] : []];
    if (flags.json && (action === "check" || !config)) {
      const ok = config !== undefined;
      terminal.print(JSON.stringify({ ok, problems }));
      return ok ? EXIT.good : EXIT.misused;
    }
    if (problems.length > 0) terminal.note(formatProblems(problems).trimEnd());
    if (!config) return EXIT.misused;
    const usable = { ...loaded, config, problems };
    if (action === "check") terminal.print(verdictOn(usable, path));
    else if (flags.json) terminal.print(JSON.stringify(configToJson(usable)));
    else terminal.print(renderConfig(usable).trimEnd());
    return EXIT.good;
  },
});

function verdictOn({ config }: UsableConfig, path: string | undefined): string {
  const what = path === undefined
    ? "no file is named, and the defaults are good"
    : "the configuration is good";
  const rules = config.rules.map(({ name }) => name).join(", ");
  return `${what}; rules: ${rules}`;
}
