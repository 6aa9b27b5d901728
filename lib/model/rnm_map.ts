/**
 * The MessagePack map of an RNM1 file, as rspamd writes and reads it, and the
 * checksum over what it holds.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { decode, encode } from "@msgpack/msgpack";
import { joinBytes } from "../bytes.ts";
import { RnmError } from "./rnm_error.ts";

/** A map as it was read: its texts are bytes still, for some are no text. */
export type RnmMap = Record<string, unknown>;

/** Key of the checksum; rspamd ignores it. */
const CHECKSUM = "sha256";
/** MessagePack gives a map of so many keys at most a header of one byte. */
const MAX_KEYS = 15;
/** Lists are symbols, or as many numbers as there are inputs. */
const MAX_ELEMENTS = 2 ** 17;
/** What is read lies in a list in a map, and a damaged file can go deeper. */
const MAX_DEPTH = 3;

/** Writes a map, and the checksum with it. Keys without a value are left out. */
export function encodeMap(map: Record<string, unknown>): Uint8Array {
  const sum = checksumOf(decodeMap(encodeEntries(map)));
  return encodeEntries({ ...map, [CHECKSUM]: sum });
}

/**
 * Writes bytes as MessagePack strings, as rspamd writes and reads them; its
 * reader does not survive the type that is meant for bytes.
 */
function encodeEntries(map: Record<string, unknown>): Uint8Array {
  const entries = Object.entries(map)
    .filter(([, value]) => value !== undefined);
  if (entries.length > MAX_KEYS) throw new RangeError("too many keys");
  const parts: Uint8Array[] = [Uint8Array.of(0x80 | entries.length)];
  for (const [key, value] of entries) {
    parts.push(encode(key));
    if (value instanceof Uint8Array) {
      const header = new Uint8Array(5);
      header[0] = 0xdb; // str 32
      new DataView(header.buffer).setUint32(1, value.length);
      parts.push(header, value);
    } else {
      parts.push(encode(value, { ignoreUndefined: true }));
    }
  }
  return joinBytes(parts);
}

/**
 * Reads a map.
 *
 * @throws {RnmError} when the bytes are none, or its checksum does not fit
 */
export function readMap(bytes: Uint8Array): RnmMap {
  const map = decodeMap(bytes);
  const claimed = map[CHECKSUM];
  if (claimed !== undefined && text(claimed) !== checksumOf(map)) {
    throw new RnmError(
      `${CHECKSUM}: the file is damaged: it does not hold what was written`,
    );
  }
  return map;
}

function decodeMap(bytes: Uint8Array): RnmMap {
  let map: unknown;
  try {
    map = decode(bytes, {
      rawStrings: true,
      // Memory is taken for as many elements as are claimed.
      maxArrayLength: Math.min(bytes.length, MAX_ELEMENTS),
      maxMapLength: Math.min(bytes.length, MAX_ELEMENTS),
      mapKeyConverter: (key) => text(key) ?? String(key),
    });
  } catch (error) {
    throw new RnmError(
      `this is no RNM1 file: no MessagePack: ${(error as Error).message}`,
    );
  }
  if (typeof map !== "object" || map === null || Array.isArray(map)) {
    throw new RnmError("this is no RNM1 file: it holds no map");
  }
  return map as RnmMap;
}

/**
 * SHA-256 over all keys but that of the checksum, sorted, and after each key
 * its value. Both count as MessagePack, whatever the file looks like: texts in
 * values as bytes, whole numbers as integers, others as doubles, the keys of
 * maps sorted, and everything in its shortest form.
 *
 * @returns 64 hexadecimal digits
 * @throws {RnmError} when a value is nested too deeply to be one
 */
function checksumOf(map: RnmMap): string {
  const hash = createHash("sha256");
  for (const key of Object.keys(map).sort()) {
    if (key === CHECKSUM) continue;
    hash.update(encode(key));
    try {
      hash.update(encode(map[key], { sortKeys: true }));
    } catch (error) {
      throw new RnmError(`${key}: ${(error as Error).message}`);
    }
  }
  return hash.digest("hex");
}

/** A string, where MessagePack's strings come as bytes. */
export function text(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return value instanceof Uint8Array
    ? new TextDecoder().decode(value)
    : undefined;
}

/** Turns the strings in a value from bytes into text. */
export function plain(value: unknown, depth = 0): unknown {
  if (value instanceof Uint8Array) return text(value);
  if (typeof value !== "object" || value === null || depth === MAX_DEPTH) {
    return value;
  }
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, plain(item, depth + 1)]),
  );
}
