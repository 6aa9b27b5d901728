/**
 * Files of labelled scans: JSON Lines, the first of which may be a header.
 *
 * @module
 */

import type { MailClass } from "./mail_class.ts";
import { METATOKEN_VERSIONS, type MetatokenVersion } from "./metatokens.ts";
import { parseScan, type Scan, ScanError } from "./scan.ts";
import { sortedNames } from "./symbol_names.ts";

/** A scan of which it is known what it is. */
export interface LabelledScan {
  /** Whatever identifies the message; empty if nothing does. */
  id: string;
  class: MailClass;
  scan: Scan;
}

/** What the first line of a file says of all others. */
export interface LabelledHeader {
  metatokenVersion?: MetatokenVersion;
  /** The symbols that vectors are laid out by, sorted. */
  symbols?: string[];
}

/** A file that cannot be read as labelled scans. It names the line. */
export class LabelledError extends Error {
  override name = "LabelledError";
}

/** A header, or one labelled scan. */
export type LabelledLine =
  | { header: LabelledHeader }
  | { labelled: LabelledScan };

/**
 * Reads one line of a file.
 *
 * @param number 1 for the first line of the file, which may be a header
 * @throws {LabelledError} when it is neither
 */
export function parseLabelledLine(line: string, number: number): LabelledLine {
  try {
    const json = JSON.parse(line);
    const header = number === 1 ? headerOf(json) : undefined;
    return header ? { header } : { labelled: parseLabelled(json) };
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new LabelledError(
        `line ${number}: this is not JSON: ${error.message}`,
      );
    }
    if (error instanceof ScanError) {
      throw new LabelledError(`line ${number}: ${error.message}`);
    }
    throw error;
  }
}

/**
 * What a header says.
 *
 * @returns nothing when it is none
 * @throws {ScanError} when it is one, but is wrong
 */
export function headerOf(json: unknown): LabelledHeader | undefined {
  return isHeader(json) ? parseHeader(json) : undefined;
}

/** A header describes scans, and is none. */
function isHeader(json: unknown): json is Record<string, unknown> {
  return typeof json === "object" && json !== null && !("symbols" in json) &&
    ("profile" in json || "metatoken_version" in json || "rspamd" in json);
}

function parseHeader(json: Record<string, unknown>): LabelledHeader {
  const version = json.metatoken_version;
  const known = METATOKEN_VERSIONS.find((one) => one === version);
  if (version !== undefined && known === undefined) {
    throw new ScanError(
      `metatoken_version: ${METATOKEN_VERSIONS.join(" or ")} is needed`,
    );
  }
  const profile = json.profile as { symbols?: unknown } | undefined;
  const symbols = profile?.symbols;
  if (symbols === undefined) return { metatokenVersion: known };
  if (
    !Array.isArray(symbols) ||
    !symbols.every((name) => typeof name === "string")
  ) {
    throw new ScanError("profile.symbols: a list of names is needed");
  }
  return { metatokenVersion: known, symbols: sortedNames(symbols) };
}

function parseLabelled(json: unknown): LabelledScan {
  const scan = parseScan(json);
  const { id, class: mailClass } = json as { id?: unknown; class?: unknown };
  if (mailClass !== "spam" && mailClass !== "ham") {
    throw new ScanError('class: "spam" or "ham" is needed');
  }
  return { id: typeof id === "string" ? id : "", class: mailClass, scan };
}
