/**
 * What the doctor finds.
 *
 * @module
 */

/** How bad a finding is, the least first; only errors are failures. */
export const LEVELS = ["ok", "note", "warning", "error"] as const;

/** One of {@linkcode LEVELS}. */
export type Level = typeof LEVELS[number];

/** One thing that is well, or is not. */
export interface Finding {
  /** What was looked at, such as `store`. */
  check: string;
  level: Level;
  /** Which of several it is about, such as `default:default`. */
  subject?: string;
  /** What is so, in one line. */
  message: string;
  /** What to do: a command, or an option. */
  fix?: string;
}

/** A finding of a check, whose name is known. */
export type Remark = Omit<Finding, "check">;

/** How many findings there are of each level. */
export type Summary = Record<Level, number>;

/** All that the doctor has to say. */
export interface Report {
  findings: Finding[];
  summary: Summary;
}

/** Longer texts quote what somebody wrote. */
const MOST_CHARACTERS = 600;

/** Counts findings. */
export function reportOf(findings: Finding[]): Report {
  const count = (level: Level) =>
    findings.filter((finding) => finding.level === level).length;
  return {
    findings,
    summary: {
      ok: count("ok"),
      note: count("note"),
      warning: count("warning"),
      error: count("error"),
    },
  };
}

/** A text on one line, that cannot steer a terminal. */
export function oneLine(text: string): string {
  const plain = text.replace(/\s+/g, " ").replace(
    // Controls, and what makes the text around it run the other way.
    /[\p{Cc}\p{Bidi_Control}]/gu,
    "?",
  );
  return plain.length > MOST_CHARACTERS
    ? `${plain.slice(0, MOST_CHARACTERS)}…`
    : plain;
}
