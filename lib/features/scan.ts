/**
 * Scans: messages as a mail filter judged them (`POST /v1/score` takes one).
 *
 * @module
 */

import { isIpAddress } from "./ip_address.ts";
import { bareMessageId, MAX_MESSAGE_ID_LENGTH } from "./message_id.ts";
import {
  MAX_METATOKEN,
  METATOKEN_VERSIONS,
  metatokenNames,
  metatokenPosition,
  type MetatokenVersion,
  versionOfLength,
} from "./metatokens.ts";

/** A symbol that fired. */
export interface ScanSymbol {
  /** Its name, as in the filter. */
  name: string;
  /** What it added to the total; undefined where only names were given. */
  score: number | undefined;
  /** The configured weight; undefined where it is not known. */
  weight: number | undefined;
}

/** One message as a mail filter judged it. */
export interface Scan {
  /** The symbols that fired, each once. */
  symbols: ScanSymbol[];
  /** Metatokens that were given; empty when there were none. */
  metatokens: Metatokens;
  /** The filter's total. */
  score?: number;
  /** rspamd's name of what is to be done with the message. */
  action?: string;
  /** Whether a rule decided alone, or none was asked: the score means nothing. */
  passthrough: boolean;
  /** Which set of user settings judged it. */
  settingsId?: string;
  /** The message's `Message-ID`, without angle brackets. */
  messageId?: string;
  /** Who sent it, if an authenticated user did. */
  user?: string;
  /** The IP address that it came from. */
  ip?: string;
  /** What the filter's modules told each other, such as `neural_prob`. */
  variables?: Record<string, number>;
}

/** Metatokens as they were given: by position, by name, or not at all. */
export interface Metatokens {
  /** Undefined when names were given that both versions have. */
  version?: MetatokenVersion;
  /** Whether any were given. */
  given: boolean;
  /** In the order of the version, or of version 3 when it is not known. */
  values: readonly number[];
}

/** A scan that cannot be understood. The message names the field. */
export class ScanError extends Error {
  /** Tells it from other errors. */
  override name = "ScanError";
}

/** More than any filter inserts for one message. */
const MAX_SYMBOLS = 4096;
const MAX_NAME_LENGTH = 256;
const MAX_VARIABLES = 64;

const NO_METATOKENS: Metatokens = { given: false, values: [] };

/**
 * Reads a scan in any of its spellings (see the README).
 *
 * @param json what `JSON.parse` made of it
 * @throws {ScanError} when it is not a scan
 */
export function parseScan(json: unknown): Scan {
  if (!isObject(json)) throw new ScanError("a scan is a JSON object");
  return {
    symbols: parseSymbols(json.symbols),
    metatokens: parseMetatokens(json.metatokens),
    score: optionalNumber(json.score, "score"),
    action: optionalString(json.action, "action"),
    passthrough: (json.passthrough_module ?? undefined) !== undefined ||
      json.is_skipped === true,
    settingsId: settingsName(json.settings_id),
    messageId: messageIdOf(json),
    user: optionalString(json.user, "user") || undefined,
    ip: ipAddress(json.ip),
    variables: parseVariables(json.variables),
  };
}

function parseSymbols(json: unknown): ScanSymbol[] {
  if (Array.isArray(json)) {
    checkCount(json.length);
    const symbols = json.map((item, i) => listedSymbol(item, `symbols[${i}]`));
    return [
      ...new Map(symbols.map((symbol) => [symbol.name, symbol])).values(),
    ];
  }
  if (!isObject(json)) {
    throw new ScanError("symbols: an object or a list of names is needed");
  }
  const entries = Object.entries(json);
  checkCount(entries.length);
  return entries.map(([name, item]) =>
    parseSymbol(checkedName(name, "symbols"), item)
  );
}

function checkCount(count: number): void {
  if (count > MAX_SYMBOLS) {
    throw new ScanError(`symbols: ${count} are more than ${MAX_SYMBOLS}`);
  }
}

function checkedName(name: string, field: string): string {
  if (!name.isWellFormed()) {
    throw new ScanError(`${field}: a name that is no Unicode text`);
  }
  if (name.length > 0 && name.length <= MAX_NAME_LENGTH) return name;
  throw new ScanError(
    `${field}: a name of ${name.length} characters; 1 to ${MAX_NAME_LENGTH} are possible`,
  );
}

/** A bare name, or rspamd's object with a name. */
function listedSymbol(json: unknown, field: string): ScanSymbol {
  if (typeof json === "string") {
    return {
      name: checkedName(json, field),
      score: undefined,
      weight: undefined,
    };
  }
  if (!isObject(json) || typeof json.name !== "string") {
    throw new ScanError(
      `${field}: a name, or an object with a name, is needed`,
    );
  }
  return parseSymbol(checkedName(json.name, field), json);
}

function parseSymbol(name: string, json: unknown): ScanSymbol {
  if (typeof json === "number") return { name, score: json, weight: undefined };
  if (Array.isArray(json) && json.length <= 2) {
    return symbolOf(name, json[0], json[1]);
  }
  if (isObject(json)) {
    return symbolOf(name, json.score, json.metric_score ?? json.weight);
  }
  throw new ScanError(
    `symbols.${name}: a score, [score, weight] or an object is needed`,
  );
}

function symbolOf(name: string, score: unknown, weight: unknown): ScanSymbol {
  if (typeof score !== "number") {
    throw new ScanError(`symbols.${name}: the score is not a number`);
  }
  if (weight === null || weight === undefined) {
    return { name, score, weight: undefined };
  }
  if (typeof weight !== "number") {
    throw new ScanError(`symbols.${name}: the weight is not a number`);
  }
  return { name, score, weight };
}

function parseMetatokens(json: unknown): Metatokens {
  if (json === undefined || json === null) return NO_METATOKENS;
  if (Array.isArray(json)) return metatokensByPosition(json);
  if (isObject(json)) return metatokensByName(json);
  throw new ScanError("metatokens: a list or an object is needed");
}

function metatokensByPosition(list: unknown[]): Metatokens {
  if (list.length === 0) return NO_METATOKENS;
  const version = versionOfLength(list.length);
  if (version === undefined) {
    const possible = METATOKEN_VERSIONS.map((known) =>
      `${metatokenNames(known).length} (version ${known})`
    );
    throw new ScanError(
      `metatokens: ${list.length} numbers; by position all are needed, ${
        possible.join(" or ")
      }; to give some of them, name them: {"size": 0.375}`,
    );
  }
  for (let i = 0; i < list.length; i++) {
    if (!isMetatoken(list[i])) throw wrongMetatoken(`metatokens[${i}]`);
  }
  return { version, given: true, values: list as number[] };
}

function metatokensByName(json: Record<string, unknown>): Metatokens {
  const names = Object.keys(json);
  if (names.length === 0) return NO_METATOKENS;
  const values = new Array<number>(metatokenNames(3).length).fill(0);
  let version: MetatokenVersion | undefined;
  for (const name of names) {
    const position = metatokenPosition(3, checkedName(name, "metatokens"));
    if (position === undefined) {
      throw new ScanError(`metatokens.${name}: there is no such metatoken`);
    }
    if (metatokenPosition(1, name) === undefined) version = 3;
    const value = json[name];
    if (!isMetatoken(value)) throw wrongMetatoken(`metatokens.${name}`);
    values[position] = value;
  }
  return { version, given: true, values };
}

function isMetatoken(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) <= MAX_METATOKEN;
}

function wrongMetatoken(field: string): ScanError {
  return new ScanError(`${field}: a number is needed, at most 1e6`);
}

function settingsName(json: unknown): string | undefined {
  const name = typeof json === "number" ? String(json) : json;
  const text = optionalString(name, "settings_id");
  // It becomes part of the keys under which samples and models are kept.
  // deno-lint-ignore no-control-regex
  if (text !== undefined && /[\s\x00-\x1f\x7f]/.test(text)) {
    throw new ScanError("settings_id: white space is not possible in it");
  }
  return text === "" ? undefined : text;
}

/** `message_id` or, in rspamd's answers, `message-id`. */
function messageIdOf(json: Record<string, unknown>): string | undefined {
  const field = (json.message_id ?? undefined) === undefined
    ? "message-id"
    : "message_id";
  const text = optionalString(json[field], field, MAX_MESSAGE_ID_LENGTH);
  return text === undefined ? undefined : bareMessageId(text);
}

function ipAddress(json: unknown): string | undefined {
  const text = optionalString(json, "ip") || undefined;
  if (text === undefined || isIpAddress(text)) return text;
  throw new ScanError("ip: an IP address is needed, without a port");
}

function parseVariables(json: unknown): Record<string, number> | undefined {
  if (json === undefined || json === null) return undefined;
  if (!isObject(json)) {
    throw new ScanError("variables: an object of numbers is needed");
  }
  const entries = Object.entries(json);
  if (entries.length > MAX_VARIABLES) {
    throw new ScanError(
      `variables: ${entries.length} are more than ${MAX_VARIABLES}`,
    );
  }
  return Object.fromEntries(entries.map(([name, value]) => {
    checkedName(name, "variables");
    if (Number.isFinite(value)) return [name, value as number];
    throw new ScanError(`variables.${name}: a number is needed`);
  }));
}

function optionalString(
  json: unknown,
  field: string,
  maxLength = MAX_NAME_LENGTH,
): string | undefined {
  if (json === undefined || json === null) return undefined;
  if (typeof json !== "string" || json.length > maxLength) {
    throw new ScanError(
      `${field}: a text of at most ${maxLength} characters is needed`,
    );
  }
  return json;
}

function optionalNumber(json: unknown, field: string): number | undefined {
  if (json === undefined || json === null) return undefined;
  if (typeof json !== "number") {
    throw new ScanError(`${field}: a number is needed`);
  }
  return json;
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
