/**
 * Samples as they are stored: features by name, so that they outlive any list
 * of symbols.
 *
 * @module
 */

import { decode, Encoder } from "@msgpack/msgpack";
import type { Features } from "./features.ts";
import {
  MAX_METATOKEN,
  METATOKEN_VERSIONS,
  metatokenNames,
  type MetatokenVersion,
} from "./metatokens.ts";
import { compareNames } from "./symbol_names.ts";

/** First element of every sample; another one is another format. */
const FORMAT = 1;

const encoder = new Encoder();

/** Stored bytes that are no sample. The message says what is wrong. */
export class SampleError extends Error {
  override name = "SampleError";
}

/**
 * Writes features as MessagePack: `[format, version, metatokens, names,
 * values]`. Symbols are sorted, so equal features are equal bytes.
 */
export function encodeSample(features: Features): Uint8Array {
  const order = features.symbols.map((_, i) => i)
    .sort((a, b) => compareNames(features.symbols[a], features.symbols[b]));
  return encoder.encode([
    FORMAT,
    features.version,
    features.metatokens,
    order.map((i) => features.symbols[i]),
    order.map((i) => features.values[i]),
  ]);
}

/**
 * Reads what {@linkcode encodeSample} wrote, trusting nothing.
 *
 * @throws {SampleError} when the bytes are no sample
 */
export function decodeSample(bytes: Uint8Array): Features {
  const [format, version, metatokens, symbols, values] = decodeList(bytes);
  if (typeof format !== "number" || typeof version !== "number") {
    throw new SampleError("it does not begin with a format and a version");
  }
  if (format !== FORMAT) throw new SampleError(`format ${format} is unknown`);
  if (!METATOKEN_VERSIONS.includes(version as MetatokenVersion)) {
    throw new SampleError(`metatokens of version ${version} are unknown`);
  }
  const known = version as MetatokenVersion;
  if (!isNumbers(metatokens) || !isNumbers(values) || !isNames(symbols)) {
    throw new SampleError("numbers and names are not where they should be");
  }
  const expected = metatokenNames(known).length;
  if (metatokens.length !== 0 && metatokens.length !== expected) {
    throw new SampleError(`${metatokens.length} metatokens, not ${expected}`);
  }
  if (symbols.length !== values.length) {
    throw new SampleError(
      `${values.length} values for ${symbols.length} symbols`,
    );
  }
  if (new Set(symbols).size !== symbols.length) {
    throw new SampleError("a symbol is in it twice");
  }
  return {
    version: known,
    metatokens,
    symbols,
    values,
  };
}

function decodeList(bytes: Uint8Array): unknown[] {
  let json: unknown;
  try {
    // Memory is taken for as many elements as are claimed.
    json = decode(bytes, { maxArrayLength: bytes.length });
  } catch (error) {
    throw new SampleError(`no MessagePack: ${(error as Error).message}`);
  }
  if (!Array.isArray(json)) throw new SampleError("no list");
  return json;
}

/** A number beyond the limit would make every training with it fail. */
function isNumbers(json: unknown): json is number[] {
  return Array.isArray(json) &&
    json.every((x) => typeof x === "number" && Math.abs(x) <= MAX_METATOKEN);
}

function isNames(json: unknown): json is string[] {
  return Array.isArray(json) &&
    json.every((name) => typeof name === "string" && name.isWellFormed());
}
