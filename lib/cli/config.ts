/**
 * `neurald config`: what a configuration means, or what is wrong with it.
 *
 * @module
 */

import { type LoadedConfig } from "../config/load.ts";
import { formatProblems } from "../config/problem.ts";
import { configToJson, renderConfig } from "../config/show.ts";
import { defineCommand } from "./command.ts";
import { readConfig } from "./config_file.ts";
import { EXIT } from "./exit.ts";
import type { Terminal } from "./terminal.ts";
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
    const loaded = await readConfig(flags.config ?? file);
    if (action === "check") return check(loaded, flags.json, terminal);
    const { config, problems, origins } = loaded;
    if (problems.length > 0) terminal.note(formatProblems(problems).trimEnd());
    if (!config) return EXIT.misused;
    const usable = { config, problems, origins };
    terminal.print(
      flags.json
        ? JSON.stringify(configToJson(usable))
        : renderConfig(usable).trimEnd(),
    );
    return EXIT.good;
  },
});

function check(
  { config, problems }: LoadedConfig,
  json: boolean,
  terminal: Terminal,
): number {
  const ok = config !== undefined;
  if (json) terminal.print(JSON.stringify({ ok, problems }));
  else if (problems.length > 0) {
    terminal.note(formatProblems(problems).trimEnd());
  }
  if (ok && !json) {
    const rules = config.rules.map(({ name }) => name).join(", ");
    terminal.print(`the configuration is good; rules: ${rules}`);
  }
  return ok ? EXIT.good : EXIT.misused;
}
