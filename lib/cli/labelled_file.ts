/**
 * Reading files of labelled scans.
 *
 * @module
 */

import {
  LabelledError,
  type LabelledHeader,
  type LabelledScan,
  parseLabelledLine,
} from "../features/labelled.ts";
import { ZstdError } from "../zstd.ts";
import { linesOf, openInput } from "./input.ts";
import { UsageError } from "./usage_error.ts";

/** A labelled scan, and where it stands. */
export interface PlacedScan extends LabelledScan {
  /** `FILE: line N` */
  place: string;
  /** As it was written. */
  line: string;
}

/**
 * Reads a file of labelled scans, plain or packed, or standard input (`-`).
 *
 * @param onHeader called with the header before the first scan, if there is one
 * @throws {UsageError} when it cannot be read; the message names the line
 */
export async function* readLabelledFile(
  path: string,
  onHeader: (header: LabelledHeader) => void = () => {},
): AsyncGenerator<PlacedScan> {
  try {
    for await (const { line, number } of linesOf(await openInput(path))) {
      const parsed = parseLabelledLine(line, number);
      if ("header" in parsed) onHeader(parsed.header);
      else {
        const place = `${path}: line ${number}`;
        yield { ...parsed.labelled, place, line };
      }
    }
  } catch (error) {
    if (error instanceof LabelledError || error instanceof ZstdError) {
      throw new UsageError(`${path}: ${error.message}`);
    }
    throw error;
  }
}
