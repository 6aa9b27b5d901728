/**
 * Whether the configuration can be used, and lets no strangers in.
 *
 * @module
 */

import { isLocal, whyExposed } from "../../../config/exposure.ts";
import type { Problem } from "../../../config/problem.ts";
import type { Remark } from "../finding.ts";
import type { Setup } from "../setup.ts";

/** Everything that is wrong with the configuration. */
export function checkConfiguration({ options, unit }: Setup): Remark[] {
  const { configFile, problems, loaded } = options;
  const subject = configFile ?? "defaults";
  const remarks = problems.map((problem) => remarkOn(problem));
  if (!loaded) {
    remarks.push({
      level: "note",
      message: "all that depends on the configuration was not looked at",
      fix: "mend the configuration, and run neurald doctor again",
    });
    return remarks;
  }
  if (problems.length === 0) {
    const rules = loaded.config.rules.map(({ name }) => name);
    remarks.push({ level: "ok", subject, message: rulesIn(rules) });
  }
  const exposed = whyExposed(options.listen, loaded.config.neurald);
  if (exposed !== undefined) {
    remarks.push({
      level: "error",
      message: `neurald serve will not start: ${exposed}`,
      fix: "neurald password --generate, and put its hash into " +
        "neurald { tokens { NAME { hash = …; access = write; } } }",
    });
  } else if (!isLocal(options.listen)) {
    const { size } = loaded.config.neurald.tokens;
    remarks.push({
      level: "ok",
      message: `other hosts need one of ${size} token${size > 1 ? "s" : ""}`,
    });
  }
  const ofUnit = unit?.configFile;
  if (ofUnit !== undefined && ofUnit !== configFile) {
    remarks.push({
      level: "note",
      message: `neurald.service uses ${ofUnit}, which was not looked at`,
      fix: `neurald doctor --config ${ofUnit}`,
    });
  }
  return remarks;
}

function remarkOn(problem: Problem): Remark {
  const { severity, file, line, column, key, message } = problem;
  return {
    level: severity,
    subject: `${file}:${line}:${column}`,
    message: key === "" ? message : `${key}: ${message}`,
    fix: `edit ${file}, line ${line}`,
  };
}

const MOST_RULES = 5;

function rulesIn(names: readonly string[]): string {
  const shown = names.slice(0, MOST_RULES).join(", ");
  const others = names.length - MOST_RULES;
  const more = others > 0 ? ` and ${others} more` : "";
  return names.length === 1
    ? `it can be used; its rule is ${shown}`
    : `it can be used; its rules are ${shown}${more}`;
}
