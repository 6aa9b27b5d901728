/**
 * Scans on the command line: JSON, or JSON Lines.
 *
 * @module
 */

import { parseScan, type Scan, ScanError } from "../features/scan.ts";
import { ZstdError } from "../zstd.ts";
import { linesOf, openInput } from "./input.ts";
import { UsageError } from "./usage_error.ts";

/** A scan as it was written. */
export interface WrittenScan {
  json: Record<string, unknown>;
  scan: Scan;
}

/**
 * Reads scans from a file, or standard input (`-`): one JSON object, a list
 * of them, or one in each line.
 *
 * @throws {UsageError} when it is none of these; the message names the line
 */
export async function* readScans(path: string): AsyncGenerator<WrittenScan> {
  try {
    const lines = linesOf(await openInput(path));
    const first = await lines.next();
    if (first.done) throw new UsageError(`${path}: there is no scan in it`);
    if (isJson(first.value.line)) {
      yield* scansIn(first.value.line, `${path}: line ${first.value.number}`);
      for await (const { line, number } of lines) {
        yield* scansIn(line, `${path}: line ${number}`);
      }
    } else {
      const rest = await Array.fromAsync(lines, ({ line }) => line);
      yield* scansIn([first.value.line, ...rest].join("\n"), path);
    }
  } catch (error) {
    if (error instanceof ZstdError) {
      throw new UsageError(`${path}: ${error.message}`);
    }
    throw error;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function* scansIn(text: string, place: string): Generator<WrittenScan> {
  try {
    const json = JSON.parse(text);
    for (const one of Array.isArray(json) ? json : [json]) {
      yield { json: one, scan: parseScan(one) };
    }
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new UsageError(`${place}: this is not JSON: ${error.message}`);
    }
    if (error instanceof ScanError) {
      throw new UsageError(`${place}: ${error.message}`);
    }
    throw error;
  }
}
