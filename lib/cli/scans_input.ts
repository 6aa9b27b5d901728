/**
 * Scans on the command line: JSON, or JSON Lines.
 *
 * @module
 */

import { headerOf, type LabelledHeader } from "../features/labelled.ts";
import { parseScan, type Scan, ScanError } from "../features/scan.ts";
import { ZstdError } from "../zstd.ts";
import { linesOf, openInput } from "./input.ts";
import { UsageError } from "./usage_error.ts";

/** A scan as it was written. */
export interface WrittenScan {
  json: Record<string, unknown>;
  scan: Scan;
  /** `FILE: line N`; only `FILE` where the lines mean nothing. */
  place: string;
}

/**
 * Reads scans from a file, or standard input (`-`): one JSON object, a list
 * of them, or one in each line, after a header or not.
 *
 * @param onHeader called with the header before the first scan, if there is one
 * @throws {UsageError} when it is none of these; the message names the line
 */
export async function* readScans(
  path: string,
  onHeader: (header: LabelledHeader) => void = () => {},
): AsyncGenerator<WrittenScan> {
  let isEmpty = true;
  for await (const { json, place } of readJson(path)) {
    const header = isEmpty ? told(place, () => headerOf(json)) : undefined;
    if (header) {
      onHeader(header);
      continue;
    }
    for (const one of Array.isArray(json) ? json : [json]) {
      isEmpty = false;
      yield { json: one, scan: told(place, () => parseScan(one)), place };
    }
  }
  if (isEmpty) throw new UsageError(`${path}: there is no scan in it`);
}

/**
 * Reads a file, or standard input (`-`): JSON in each line, or in all lines
 * together.
 *
 * @throws {UsageError} when it is neither; the message names the line
 */
export async function* readJson(
  path: string,
): AsyncGenerator<{ json: unknown; place: string }> {
  const lines = linesOf(await openInput(path));
  try {
    const first = await lines.next();
    if (first.done) return;
    const placeOf = (number: number) => `${path}: line ${number}`;
    if (isJson(first.value.line)) {
      const place = placeOf(first.value.number);
      yield { json: JSON.parse(first.value.line), place };
      for await (const { line, number } of lines) {
        const place = placeOf(number);
        yield { json: told(place, () => JSON.parse(line)), place };
      }
    } else {
      const rest = await Array.fromAsync(lines, ({ line }) => line);
      const text = [first.value.line, ...rest].join("\n");
      yield { json: told(path, () => JSON.parse(text)), place: path };
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

/** Says where what is wrong stands. */
function told<T>(place: string, parse: () => T): T {
  try {
    return parse();
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
