/**
 * Everything that was ever written to a Redis, in the order in which it was.
 *
 * @module
 */

import { assert } from "@std/assert";

/** What becomes visible together: commands, each with its arguments. */
export type Transaction = string[][];

/** So that Redis keeps all, and never a shorter way to the same. */
export const KEEP_JOURNAL = ["--auto-aof-rewrite-percentage", "0"];

/** Reads the journal in the folder of a Redis that has been stopped. */
export async function readJournal(folder: string): Promise<Transaction[]> {
  const path = `${folder}/appendonlydir`;
  const names = [...Deno.readDirSync(path)].map(({ name }) => name)
    .filter((name) => name.endsWith(".incr.aof"));
  // More of them would be there if Redis had begun anew.
  assert(names.length === 1, `${names}`);
  return [
    ...transactions(commands(await Deno.readFile(`${path}/${names[0]}`))),
  ];
}

function* transactions(commands: Iterable<string[]>): Generator<Transaction> {
  let open: Transaction | undefined;
  for (const command of commands) {
    const [name] = command;
    if (name === "MULTI") open = [];
    else if (name === "EXEC") {
      yield open!;
      open = undefined;
    } else if (open) open.push(command);
    else yield [command];
  }
}

/** Commands are lists of strings, as clients send them. */
function* commands(bytes: Uint8Array): Generator<string[]> {
  const decoder = new TextDecoder();
  let at = 0;
  const header = (type: string): number => {
    const end = bytes.indexOf("\r".charCodeAt(0), at);
    const line = decoder.decode(bytes.subarray(at, end));
    assert(line.startsWith(type), `${line} at ${at}`);
    at = end + 2;
    return Number(line.slice(1));
  };
  while (at < bytes.length) {
    const command = Array.from({ length: header("*") }, () => {
      const length = header("$");
      const text = decoder.decode(bytes.subarray(at, at + length));
      at += length + 2;
      return text;
    });
    command[0] = command[0].toUpperCase();
    yield command;
  }
}
