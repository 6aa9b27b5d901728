/**
 * A position that moves through a UCL text, and what it can step over.
 *
 * The classes of characters are those of libucl's `ucl_chartable.h`. libucl
 * works on bytes, all of which from 0x80 on are letters to it, so every code
 * unit from U+0080 on is one here.
 *
 * @module
 */

import type { Place, Source } from "./place.ts";
import { UclSyntaxError } from "./syntax_error.ts";

/** Spaces and tabs. */
const BLANKS = /[ \t]*/y;
/** Blanks, line ends, vertical tabs and form feeds. */
const SPACES = /[ \t\n\v\f\r]*/y;
/** What ends a bare value. */
const VALUE_END = /[\0\n\r#,;\]}]/y;
const LINE = /[^\n]*\n?/y;

/** Reads a source from the start, or from an offset. */
export class Cursor {
  readonly source: Source;
  readonly text: string;
  offset: number;

  constructor(source: Source, offset = 0) {
    this.source = source;
    this.text = source.text;
    this.offset = offset;
  }

  /** True when nothing is left. */
  get atEnd(): boolean {
    return this.offset >= this.text.length;
  }

  /** The next character, or the empty string at the end. */
  peek(): string {
    return this.text.charAt(this.offset);
  }

  /** Where the cursor stands. */
  get place(): Place {
    return this.source.placeAt(this.offset);
  }

  /** An error to throw, about what stands here or at another offset. */
  error(message: string, offset = this.offset): UclSyntaxError {
    return new UclSyntaxError(this.source.placeAt(offset), message);
  }

  /** True when the text goes on with these characters. */
  sees(characters: string): boolean {
    return this.text.startsWith(characters, this.offset);
  }

  /** True when the next character fits a sticky pattern of one character. */
  fits(pattern: RegExp): boolean {
    pattern.lastIndex = this.offset;
    return pattern.test(this.text);
  }

  /** Steps over what a sticky pattern matches and returns it. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.offset;
    const taken = pattern.exec(this.text)?.[0] ?? "";
    this.offset += taken.length;
    return taken;
  }

  /** Steps over spaces and tabs. */
  skipBlanks(): void {
    this.take(BLANKS);
  }

  /** Steps over white space, line ends included. */
  skipSpaces(): void {
    this.take(SPACES);
  }

  /** True at the character that ends a bare value, and at the end. */
  get atValueEnd(): boolean {
    return this.atEnd || this.fits(VALUE_END);
  }

  /** True where a comment begins. */
  get atComment(): boolean {
    return this.peek() === "#" || this.sees("/*");
  }

  /**
   * Steps over comments that follow each other without a space between them.
   *
   * @throws {UclSyntaxError} when a block comment does not end.
   */
  skipComments(): void {
    while (true) {
      if (this.peek() === "#") this.take(LINE);
      else if (this.sees("/*")) this.#skipBlockComment();
      else return;
    }
  }

  /** Block comments nest, and quotation marks in them hide what is quoted. */
  #skipBlockComment(): void {
    const start = this.offset;
    let depth = 0;
    let quoted = false;
    while (!this.atEnd) {
      if (this.peek() === '"' && this.text[this.offset - 1] !== "\\") {
        quoted = !quoted;
        this.offset++;
      } else if (!quoted && this.sees("/*")) {
        depth++;
        this.offset += 2;
      } else if (!quoted && this.sees("*/")) {
        depth--;
        this.offset += 2;
        if (depth === 0) return;
      } else {
        this.offset++;
      }
    }
    throw this.error(
      quoted
        ? 'this comment never ends: a quotation mark " in it is not closed'
        : "this comment never ends: */ is missing",
      start,
    );
  }
}
