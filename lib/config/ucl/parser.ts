/**
 * Reads UCL, the language of rspamd's configuration files.
 *
 * Agrees with libucl as rspamd uses it, except that
 * - durations stay texts (as with `UCL_PARSER_NO_TIME`),
 * - `.include` is the only macro, and looks beside the including file,
 * - an included file closes what it opens and nothing else,
 * - a file may begin with comments before its brace,
 * - `\u` without four digits is an error in bare values too.
 *
 * @module
 */

import { Cursor } from "./cursor.ts";
import { readKey, readSeparator } from "./key.ts";
import {
  type IncludeParameters,
  includeParameters,
  type MacroCall,
  readMacro,
  SUPPORTED_MACRO,
} from "./macro.ts";
import { formatPlace, type Place, Source } from "./place.ts";
import { resume } from "./resume.ts";
import { readScalar } from "./scalar.ts";
import { UclSyntaxError } from "./syntax_error.ts";
import { type KeyOptions, Tree } from "./tree.ts";
import type { UclObject } from "./value.ts";
import { expandVariables, type Variables } from "./variables.ts";

const BLANK = /[ \t]/y;
const SPACE = /[ \t\n\v\f\r]/y;
/** From a key on: does a brace or bracket come before the value ends? */
const REST_OF_KEYS = /[^,;\n\r{[]+[{[]/y;

/** How many syntax errors of one file are told. */
const MAX_SYNTAX_ERRORS = 20;

/** Something that is wrong, or strange, with a UCL text. */
export interface UclProblem {
  readonly severity: "error" | "warning";
  readonly at: Place;
  /** The key whose value is concerned, with its sections; may be empty. */
  readonly key: string;
  readonly message: string;
}

/**
 * Reads another file into the tree.
 *
 * @param name As it was written, variables put in.
 * @param at Where the `.include` stands.
 */
export type Includer = (
  name: string,
  at: Place,
  parameters: IncludeParameters,
) => void;

/** What all files of one configuration share while they are read. */
export interface ReadingContext {
  readonly tree: Tree;
  readonly variables: Variables;
  readonly report: (problem: UclProblem) => void;
  /** Absent where nothing can be included. */
  readonly include?: Includer;
}

/** Reads one source into a tree. */
export class UclParser {
  readonly #cursor: Cursor;
  readonly #source: Source;
  readonly #context: ReadingContext;
  readonly #tree: Tree;
  readonly #options: KeyOptions;
  readonly #baseDepth: number;
  #key = "";
  /** The key just read is one of several in a row before a brace. */
  #moreKeys = false;
  #finished = false;

  /**
   * @param context Its tree has the frame open into which this text goes, or
   * none when this is the first file.
   * @param offset Where in the text to begin.
   */
  constructor(
    source: Source,
    context: ReadingContext,
    options: KeyOptions,
    offset = 0,
  ) {
    this.#source = source;
    this.#cursor = new Cursor(source, offset);
    this.#context = context;
    this.#tree = context.tree;
    this.#options = options;
    this.#baseDepth = context.tree.depth;
  }

  /** Reads the whole text and reports what is wrong with it. */
  read(): void {
    let errors = 0;
    let resumable = this.#attempt(() => this.#readStart());
    while (resumable && !this.#finished && !this.#cursor.atEnd) {
      const start = this.#cursor.offset;
      if (this.#attempt(() => this.#readNext())) continue;
      this.#tree.setUnreadable(this.#cursor.place);
      resumable = ++errors < MAX_SYNTAX_ERRORS && this.#resume(start);
    }
    if (resumable && !this.#finished) this.#reportUnclosed();
    this.#tree.popTo(this.#baseDepth);
  }

  /** Runs a step; tells whether it went well, having reported if not. */
  #attempt(step: () => void): boolean {
    try {
      step();
      return true;
    } catch (error) {
      if (!(error instanceof UclSyntaxError)) throw error;
      this.#report(error.at, error.message);
      return false;
    }
  }

  #report(at: Place, message: string): void {
    const from = this.#source.includedFrom;
    this.#context.report({
      severity: "error",
      at,
      key: this.#key,
      message: from
        ? `${message} (included from ${formatPlace(from)})`
        : message,
    });
  }

  /** Goes on after an error in what begins here; false when it cannot. */
  #resume(start: number): boolean {
    let resumed = false;
    const at = { start, key: this.#key };
    this.#attempt(() => {
      resumed = resume(this.#cursor, this.#tree, this.#options, at);
    });
    return resumed;
  }

  #reportUnclosed(): void {
    while (this.#tree.depth > this.#baseDepth) {
      const brace = this.#tree.frame?.brace;
      if (brace) {
        this.#key = "";
        this.#report(brace, "this bracket is never closed");
      }
      this.#tree.popTo(this.#tree.depth - 1);
    }
  }

  /** A file may begin with the brace of its section, or be a whole array. */
  #readStart(): void {
    const cursor = this.#cursor;
    const tree = this.#tree;
    const source = this.#source;
    while (cursor.skipSpaces(), cursor.atComment) cursor.skipComments();
    const brace = cursor.place;
    const isArray = cursor.peek() === "[";
    const outer = tree.frame;
    if (outer && isArray) {
      throw cursor.error("an included file holds keys, not an array");
    }
    if (!outer) {
      tree.open(isArray ? "array" : "object", brace, {
        level: 0,
        source,
        brace: isArray ? brace : undefined,
      });
    }
    if (cursor.peek() === "{") {
      // The frame under this one stays when the brace is closed, and takes
      // the keys that follow it.
      const frame = tree.frame!;
      tree.push({ ...frame, source, brace });
    }
    if (isArray || cursor.peek() === "{") cursor.offset++;
  }

  #readNext(): void {
    if (this.#tree.frame?.container.kind === "array") {
      this.#readValue();
    } else {
      this.#readEntry();
    }
  }

  /** A key and its value, a macro, or the end of the section. */
  #readEntry(): void {
    const cursor = this.#cursor;
    this.#key = "";
    while (cursor.skipSpaces(), cursor.atComment) cursor.skipComments();
    if (cursor.atEnd) return;
    if (cursor.peek() === "}") return this.#readAfterValue();
    if (cursor.peek() === ".") return this.#readMacro();
    const at = cursor.place;
    const key = readKey(cursor);
    this.#key = this.#tree.pathOf(key);
    const separated = readSeparator(cursor);
    // A separator after the first of several keys is not looked at, and one
    // after the last is taken for the beginning of another key.
    if (!separated) this.#moreKeys = this.#seesMoreKeys();
    this.#tree.addKey(key, at, this.#options);
    if (this.#moreKeys) {
      const level = (this.#tree.frame?.level ?? 0) + 1;
      this.#tree.open("object", at, { level, source: this.#source });
    } else {
      this.#readValue();
    }
  }

  #readMacro(): void {
    const { include, variables } = this.#context;
    const call = readMacro(this.#cursor);
    if (call.name !== "include" || !include) {
      this.#report(
        call.at,
        `there is no macro .${call.name} in neurald; supported is ` +
          SUPPORTED_MACRO,
      );
      return;
    }
    const parameters = includeParameters(
      this.#readArguments(call),
      (at, message) => this.#report(at, message),
    );
    include(expandVariables(call.value, variables), call.at, parameters);
  }

  /** What stands in the parentheses of a macro is UCL too. */
  #readArguments({ argumentRange }: MacroCall): UclObject | undefined {
    if (!argumentRange) return undefined;
    const [from, to] = argumentRange;
    const { file, text, includedFrom } = this.#source;
    const { variables, report } = this.#context;
    const tree = new Tree();
    new UclParser(
      new Source(file, text.slice(0, to), includedFrom),
      { tree, variables, report },
      { priority: 0, strategy: "append" },
      from,
    ).read();
    return tree.root?.kind === "object" ? tree.root : undefined;
  }

  /** True for `a b { … }`: the key is followed by another before a brace. */
  #seesMoreKeys(): boolean {
    return this.#cursor.fits(REST_OF_KEYS);
  }

  /** A value and what ends it. */
  #readValue(): void {
    const cursor = this.#cursor;
    if (cursor.fits(SPACE) || cursor.atComment) {
      cursor.skipSpaces();
      cursor.skipComments();
    }
    if (cursor.atEnd) return;
    const character = cursor.peek();
    const container = this.#tree.frame?.container.kind;
    if (character === "{" || character === "[") return this.#open(character);
    if (character !== "]" || container !== "array") {
      this.#tree.setValue(readScalar(cursor, this.#context.variables));
    }
    this.#readAfterValue();
  }

  #open(bracket: "{" | "["): void {
    const at = this.#cursor.place;
    this.#tree.open(bracket === "{" ? "object" : "array", at, {
      level: this.#tree.frame?.level ?? 0,
      brace: at,
      source: this.#source,
    });
    this.#cursor.offset++;
  }

  /** Separators, and brackets that close what is open. */
  #readAfterValue(): void {
    const cursor = this.#cursor;
    let separated = false;
    while (!cursor.atEnd && !this.#finished) {
      if (cursor.fits(BLANK)) cursor.skipBlanks();
      else if (cursor.atComment) {
        this.#key = "";
        cursor.skipComments();
        separated = true;
      } else if (cursor.atValueEnd) {
        if (cursor.peek() === "}" || cursor.peek() === "]") this.#close();
        cursor.offset++;
        separated = true;
      } else if (separated) return;
      else {
        throw cursor.error(
          "a ; or the end of the line is missing before this",
        );
      }
    }
  }

  #close(): void {
    const cursor = this.#cursor;
    const frame = this.#tree.frame;
    const bracket = cursor.peek();
    this.#key = "";
    const expected = frame?.container.kind === "array" ? "]" : "}";
    if (bracket !== expected) {
      throw cursor.error(`${bracket} where ${expected} is expected`);
    }
    if (frame?.brace === undefined || frame.source !== this.#source) {
      throw cursor.error(`${bracket} closes nothing that is open`);
    }
    this.#tree.close();
    // A text that is an array as a whole is over with it, whatever follows.
    this.#finished = this.#tree.depth === 0;
  }
}
