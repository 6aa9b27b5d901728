/**
 * Asking for a secret.
 *
 * @module
 */

import { UsageError } from "./usage_error.ts";

const [INTERRUPT, END, BACKSPACE, ERASE_LINE, DELETE] = [
  "\x03",
  "\x04",
  "\b",
  "\x15",
  "\x7f",
];

/** A secret on one line is shorter. */
const MOST_CHARACTERS = 10_000;

/**
 * Reads a secret: from a terminal without showing it, or else the whole of
 * standard input, without the end of its line.
 *
 * @param ask writes the question
 * @throws {UsageError} when it is given up, or too long
 */
export async function readSecret(ask: () => void): Promise<string> {
  if (Deno.stdin.isTerminal()) return readHidden(ask);
  let text = "";
  for await (
    const part of Deno.stdin.readable.pipeThrough(new TextDecoderStream())
  ) {
    text += part;
    if (text.length > MOST_CHARACTERS) {
      throw new UsageError("standard input is too long for a token");
    }
  }
  return text.replace(/\r?\n$/, "");
}

function readHidden(ask: () => void): string {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(256);
  // First, so that nothing that is typed ahead is shown.
  Deno.stdin.setRaw(true);
  try {
    ask();
    for (let typed = "";;) {
      const count = Deno.stdin.readSync(buffer);
      const text = count === null
        ? END
        : decoder.decode(buffer.subarray(0, count), { stream: true });
      for (const character of text) {
        if (character === INTERRUPT || character === END) {
          throw new UsageError("no token was given");
        }
        if (character === "\r" || character === "\n") return typed;
        if (character === ERASE_LINE) typed = "";
        else if (character === BACKSPACE || character === DELETE) {
          typed = typed.slice(0, -1);
        } else if (typed.length < MOST_CHARACTERS) typed += character;
      }
    }
  } finally {
    Deno.stdin.setRaw(false);
  }
}
