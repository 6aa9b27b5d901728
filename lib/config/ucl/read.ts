/**
 * Reads a UCL text with the files that it includes.
 *
 * @module
 */

import { dirname, isAbsolute, join, normalize } from "node:path";

import type { IncludeParameters } from "./macro.ts";
import { type ReadingContext, UclParser, type UclProblem } from "./parser.ts";
import { formatPlace, type Place, Source } from "./place.ts";
import { Tree } from "./tree.ts";
import type { UclArray, UclObject } from "./value.ts";
import { RSPAMD_VARIABLES, type Variables } from "./variables.ts";

/** How deep files may include each other; libucl's limit. */
const MAX_INCLUDE_DEPTH = 16;
/** Begins what `.include` would have to fetch. */
const URL_START = /^[a-z][a-z\d+.-]*:\/\//i;
/** How many files one configuration may include. */
const MAX_INCLUDES = 256;
/** How long a file may be, in UTF-16 code units. */
export const MAX_FILE_LENGTH = 1 << 20;
/** How long all files together may be. */
const MAX_TOTAL_LENGTH = 4 << 20;

/**
 * Returns the text of a file, or undefined when there is no such file.
 *
 * @throws {Error} when it is there and cannot be read.
 */
export type ReadText = (path: string) => string | undefined;

/** What reading a UCL text depends on. */
export interface ReadOptions {
  /** Reads included files. */
  readonly readText: ReadText;
  /** Added to {@linkcode RSPAMD_VARIABLES}, or in place of them. */
  readonly variables?: Variables;
}

/** What a UCL text says, as far as it could be read. */
export interface UclDocument {
  readonly root: UclObject | UclArray;
  readonly problems: readonly UclProblem[];
}

/**
 * Reads a UCL text. Nothing is thrown: what is wrong is told in `problems`,
 * and `root` then holds what stands before and around it.
 *
 * @param file Its name for messages, and where its includes are looked for.
 */
export function readUcl(
  text: string,
  file: string,
  options: ReadOptions,
): UclDocument {
  const reading = new Reading(options);
  reading.readFile(new Source(file, text));
  const { root, problems } = reading;
  const at = { file, line: 1, column: 1 };
  return {
    root: root ?? { kind: "object", at, entries: new Map() },
    problems,
  };
}

/** A file that is being read, and the `.include` line that it stands at. */
interface OpenFile {
  readonly path: string;
  at?: Place;
}

function includeLine({ path, at }: OpenFile): string {
  return at ? formatPlace(at) : path;
}

/** Where an included file is; what only looks like a file stays as it is. */
function pathOf(name: string, { file }: Source): string {
  if (URL_START.test(name)) return name;
  return isAbsolute(name) ? normalize(name) : join(dirname(file), name);
}

class Reading {
  readonly #tree = new Tree();
  readonly problems: UclProblem[] = [];
  readonly #options: ReadOptions;
  readonly #openFiles: OpenFile[] = [];
  #includes = 0;
  #totalLength = 0;

  constructor(options: ReadOptions) {
    this.#options = options;
  }

  get root(): UclDocument["root"] | undefined {
    return this.#tree.root;
  }

  readFile(
    source: Source,
    parameters: Partial<IncludeParameters> = {},
  ): void {
    if (!this.#isWithinLimits(source)) return;
    const { priority = 0, strategy = "append" } = parameters;
    this.#openFiles.push({ path: normalize(source.file) });
    const context = this.#contextFor(source);
    new UclParser(source, context, { priority, strategy }).read();
    this.#openFiles.pop();
  }

  #isWithinLimits({ file, text, includedFrom }: Source): boolean {
    this.#totalLength += text.length;
    const [length, limit, what] = text.length > MAX_FILE_LENGTH
      ? [text.length, MAX_FILE_LENGTH, "this file"]
      : [this.#totalLength, MAX_TOTAL_LENGTH, "all included files together"];
    if (length <= limit) return true;
    this.#error(
      includedFrom ?? { file, line: 1, column: 1 },
      `${file} is too long: ${what} may have at most ${limit} characters`,
    );
    return false;
  }

  #contextFor(source: Source): ReadingContext {
    return {
      tree: this.#tree,
      variables: {
        FILENAME: source.file,
        CURDIR: dirname(source.file),
        ...RSPAMD_VARIABLES,
        ...this.#options.variables,
      },
      report: (problem) => this.problems.push(problem),
      include: (name, at, parameters) =>
        this.#include(source, name, at, parameters),
    };
  }

  #include(
    source: Source,
    name: string,
    at: Place,
    parameters: IncludeParameters,
  ): void {
    const path = pathOf(name, source);
    this.#openFiles[this.#openFiles.length - 1].at = at;
    const refusal = name === ""
      ? "the name of the file is missing"
      : this.#refusal(path);
    if (refusal) {
      this.#error(at, `cannot include "${name}": ${refusal}`);
      return;
    }
    this.#includes++;
    const text = this.#readText(path, at, parameters.optional);
    if (text !== undefined) {
      this.readFile(new Source(path, text, at), parameters);
    }
  }

  /** Why a file must not be read now; undefined when it may. */
  #refusal(path: string): string | undefined {
    const files = this.#openFiles;
    const circle = files.findIndex((file) => file.path === path);
    if (circle >= 0) {
      const way = [...files.slice(circle).map(includeLine), path];
      return `the files include each other in a circle: ${way.join(" → ")}`;
    }
    if (files.length >= MAX_INCLUDE_DEPTH) {
      return `files include each other more than ${MAX_INCLUDE_DEPTH} deep, ` +
        `beginning at ${includeLine(files[0])}`;
    }
    if (this.#includes >= MAX_INCLUDES) {
      return `more than ${MAX_INCLUDES} files are included`;
    }
    return undefined;
  }

  /** Reports a file that cannot be read, unless it is missing and optional. */
  #readText(path: string, at: Place, optional: boolean): string | undefined {
    try {
      if (URL_START.test(path)) {
        throw new Error("neurald includes files, and fetches nothing");
      }
      const text = this.#options.readText(path);
      if (text === undefined && !optional) {
        this.#error(at, `cannot include "${path}": there is no such file`);
      }
      return text;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.problems.push({
        severity: optional ? "warning" : "error",
        at,
        key: "",
        message: `cannot read "${path}": ${why}` +
          (optional ? "; it is passed over because of try=true" : ""),
      });
      return undefined;
    }
  }

  #error(at: Place, message: string): void {
    this.problems.push({ severity: "error", at, key: "", message });
  }
}
