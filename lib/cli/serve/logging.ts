/**
 * How a daemon logs, and what it logs of its configuration.
 *
 * @module
 */

import type { Config } from "../../config/config.ts";
import { formatProblems, type Problem } from "../../config/problem.ts";
import type { LogFormat } from "../../log/format.ts";
import type { Log, LogLevel } from "../../log/log.ts";
import type { LogSettings, ProcessLog } from "../../log/standard_error.ts";

/** What is logged, and how: as the flags say, or else the configuration. */
export function logSettings(
  config: Config | undefined,
  chosen: { level?: LogLevel; format?: LogFormat },
): LogSettings {
  const { logLevel = "info", logFormat = "auto" } = config?.neurald ?? {};
  return {
    level: chosen.level ?? logLevel,
    format: chosen.format ?? logFormat,
  };
}

/** Logs what is wrong with a configuration. */
export function logProblems(log: Log, problems: readonly Problem[]): void {
  for (const { severity, message: problem, ...where } of problems) {
    if (severity === "error") {
      log.error("the configuration is wrong", { ...where, problem });
    } else log.warn("the configuration is odd", { ...where, problem });
  }
}

/**
 * Says what is wrong with a configuration before anything else is said: people
 * are told as by every other command.
 *
 * @param note writes a text to standard error
 */
export function tellProblems(
  log: ProcessLog,
  problems: readonly Problem[],
  note: (text: string) => void,
): void {
  if (log.format !== "human") logProblems(log, problems);
  else if (problems.length > 0) note(formatProblems(problems).trimEnd());
}
