/**
 * Mailboxes that are one file (mbox): each message begins by a line `From …`.
 *
 * @module
 */

import { joinBytes } from "../bytes.ts";

/** A message, of which only the first part may be kept. */
export interface Excerpt {
  /** Its first bytes. */
  start: Uint8Array<ArrayBuffer>;
  /** Of all of it. */
  size: number;
}

const NEWLINE = 10;
const DECODER = new TextDecoder();

/** Longer lines are taken in parts; only their first part can be special. */
const MOST_LINE_BYTES = 64 * 1024;

/**
 * `From SENDER DATE`: a line in a text that begins with that word has hardly
 * a day of the week and a time as well.
 */
const SEPARATOR = /^From .{0,500}\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*\d:\d\d/;
const QUOTED = /^>+From /;

/** Whether a file that begins with these bytes is a mailbox. */
export function isMbox(start: Uint8Array): boolean {
  const newline = start.indexOf(NEWLINE);
  return isSeparator(newline < 0 ? start : start.subarray(0, newline));
}

/**
 * Divides a mailbox into its messages, one at a time. A message ends before an
 * empty line and a line `From …`; a `Content-Length` is not believed. One `>`
 * is taken from a line `>From …` (mboxrd, and mboxo as far as that goes).
 *
 * @param chunks the file
 * @param most how many bytes of each message are wanted
 */
export async function* splitMbox(
  chunks: AsyncIterable<Uint8Array>,
  most: number,
): AsyncGenerator<Excerpt> {
  let message: Collected | undefined;
  let isAfterEmptyLine = true;
  for await (const lines of linesIn(chunks)) {
    for (const { bytes, isWhole, isBeginning } of lines) {
      if (isBeginning && isAfterEmptyLine && isSeparator(bytes)) {
        if (message) yield message.end();
        message = new Collected(most);
        isAfterEmptyLine = false;
        continue;
      }
      message?.add(isBeginning ? unquoted(bytes) : bytes);
      isAfterEmptyLine = isWhole && isEmptyLine(bytes);
    }
  }
  if (message) yield message.end();
}

/** A message as its lines come. */
class Collected {
  #most: number;
  #bytes = new Uint8Array(4096);
  #kept = 0;
  #size = 0;
  /** The empty line before the next message is not part of this one. */
  #emptyLine: Uint8Array | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  add(line: Uint8Array): void {
    if (this.#emptyLine) this.#append(this.#emptyLine);
    this.#emptyLine = isEmptyLine(line) ? line.slice() : undefined;
    if (!this.#emptyLine) this.#append(line);
  }

  end(): Excerpt {
    return { start: this.#bytes.slice(0, this.#kept), size: this.#size };
  }

  #append(line: Uint8Array): void {
    this.#size += line.length;
    const part = line.subarray(0, this.#most - this.#kept);
    const needed = this.#kept + part.length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#kept));
      this.#bytes = larger;
    }
    this.#bytes.set(part, this.#kept);
    this.#kept = needed;
  }
}

/** A line with its end, or a part of one that is too long. */
interface LinePart {
  bytes: Uint8Array;
  isBeginning: boolean;
  isWhole: boolean;
}

/** The lines that end in each chunk. */
async function* linesIn(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<LinePart[]> {
  let pending: Uint8Array = new Uint8Array(0);
  let isBeginning = true;
  for await (const chunk of chunks) {
    const bytes = pending.length > 0 ? joinBytes([pending, chunk]) : chunk;
    const lines: LinePart[] = [];
    let at = 0;
    for (;;) {
      const newline = bytes.indexOf(NEWLINE, at);
      if (newline < 0) break;
      const line = bytes.subarray(at, newline + 1);
      lines.push({ bytes: line, isBeginning, isWhole: isBeginning });
      isBeginning = true;
      at = newline + 1;
    }
    pending = bytes.slice(at);
    if (pending.length > MOST_LINE_BYTES) {
      lines.push({ bytes: pending, isBeginning, isWhole: false });
      isBeginning = false;
      pending = new Uint8Array(0);
    }
    yield lines;
  }
  if (pending.length > 0) {
    yield [{ bytes: pending, isBeginning, isWhole: isBeginning }];
  }
}

const FROM = [..."From "].map((letter) => letter.charCodeAt(0));
const GREATER = ">".charCodeAt(0);

function isSeparator(line: Uint8Array): boolean {
  return FROM.every((byte, i) => line[i] === byte) &&
    SEPARATOR.test(DECODER.decode(line.subarray(0, 1000)));
}

function unquoted(line: Uint8Array): Uint8Array {
  const isQuoted = line[0] === GREATER &&
    QUOTED.test(DECODER.decode(line.subarray(0, 1000)));
  return isQuoted ? line.subarray(1) : line;
}

function isEmptyLine(line: Uint8Array): boolean {
  return line[0] === NEWLINE || line[0] === 13 && line[1] === NEWLINE;
}
