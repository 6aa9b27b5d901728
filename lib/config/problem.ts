/**
 * What is wrong with a configuration, for the person who has to mend it.
 *
 * @module
 */

import type { Place } from "./ucl/place.ts";

/** How bad a problem is: with an error there is no usable configuration. */
export type Severity = "error" | "warning";

/** One thing that is wrong, or probably not what was meant. */
export interface Problem {
  /** Whether the configuration can still be used. */
  readonly severity: Severity;
  /** The file as it was named, `-` for standard input. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** The option as it stands there (`train.max_trains`); may be empty. */
  readonly key: string;
  /** One line: what is wrong and what to do. */
  readonly message: string;
}

/** How many problems are listed at most. */
const MAX_PROBLEMS = 1000;
/** Longer keys and messages, which quote the file, are cut. */
const MAX_LENGTH = 500;

/** Gathers problems; one that is told twice is listed once. */
export class ProblemList {
  readonly #problems = new Map<string, Problem>();
  #dropped = 0;

  /** True when no more problems are listed, only counted. */
  get isFull(): boolean {
    return this.#problems.size >= MAX_PROBLEMS;
  }

  /** True when one of the problems is an error. */
  get hasErrors(): boolean {
    return this.#dropped > 0 ||
      [...this.#problems.values()].some(({ severity }) => severity === "error");
  }

  /** Adds a problem. */
  add(severity: Severity, at: Place, key: string, message: string): void {
    const problem = {
      severity,
      ...at,
      key: onOneLine(key),
      message: onOneLine(message),
    };
    if (this.isFull) this.#dropped++;
    else this.#problems.set(JSON.stringify(problem), problem);
  }

  /** All problems: file by file, from top to bottom. */
  sorted(): readonly Problem[] {
    const problems = [...this.#problems.values()];
    const files = [...new Set(problems.map(({ file }) => file))];
    problems.sort((a, b) =>
      files.indexOf(a.file) - files.indexOf(b.file) ||
      a.line - b.line || a.column - b.column
    );
    const last = problems.at(-1);
    if (last && this.#dropped > 0) {
      const message = `and ${this.#dropped} more problems`;
      problems.push({ ...last, severity: "error", key: "", message });
    }
    return problems;
  }
}

/** Writes problems as lines `file:line:column: error: key: message`. */
export function formatProblems(problems: readonly Problem[]): string {
  return problems.map((problem) => {
    const { file, line, column, severity, key, message } = problem;
    const about = key === "" ? "" : `${key}: `;
    const where = `${withoutControls(file)}:${line}:${column}`;
    return `${where}: ${severity}: ${about}${message}\n`;
  }).join("");
}

function onOneLine(text: string): string {
  const short = text.length > MAX_LENGTH
    ? `${text.slice(0, MAX_LENGTH)}…`
    : text;
  return withoutControls(short);
}

/** What a file says must not look like further lines, or steer a terminal. */
export function withoutControls(text: string): string {
  return text.replace(/\p{Cc}/gu, "?");
}
