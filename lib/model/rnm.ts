/**
 * RNM1, the file that a model travels in: a MessagePack map, optionally packed
 * with zstd (rspamd `lualib/lua_neural_external.lua`).
 *
 * @module
 */

import type { Calibration } from "../nn/quality/calibration.ts";
import { compress, decompress, ZstdError } from "../zstd.ts";
import { RnmError } from "./rnm_error.ts";
import { encodeMap, plain, readMap, type RnmMap, text } from "./rnm_map.ts";
import {
  parseTrainingRecord,
  recordJson,
  type TrainingRecord,
} from "./training_record.ts";

export { RnmError };

/** What a file says of a model. Bytes are unpacked. */
export interface RnmModel {
  /** How often the network has been trained. */
  modelVersion: number;
  /** The network in KANN's format. */
  ann: Uint8Array;
  /** PCA matrix, as `lib/nn/pca.ts` reads it. */
  pca?: Uint8Array;
  /** `norm_stats`, as `lib/nn/normalization.ts` reads it. */
  normStats?: unknown;
  /** Least output for spam, and least output with its sign turned for ham. */
  rocThresholds?: [number, number];
  /** Digest of the feature providers (rspamd 4.x). */
  providersDigest?: string;
  /** Unix time in seconds. */
  createdAt?: number;
  /** What the inputs stand for; only in neurald's files. */
  profile?: RnmProfile;
  /** Makes a probability of the output; only in neurald's files. */
  calibration?: Calibration;
  /** How the network came about; only in neurald's files. */
  training?: TrainingRecord;
}

/** What the inputs of a network stand for. */
export interface RnmProfile {
  /** Digest of `symbols`. */
  digest: string;
  /** Symbols, sorted; the inputs after the metatokens. */
  symbols: string[];
  /** Which metatokens the first inputs are. */
  metatokenVersion: number;
}

const MAGIC = "RNM1";
const FORMAT_VERSION = 1;
/** Of a file, packed or not, and of each of its parts: most have far less. */
export const MAX_MODEL_FILE_BYTES = 64 * 2 ** 20;
const MAX_SYMBOLS = 65_536;

/**
 * Writes a model in a way that rspamd 4.x reads, with a checksum. The same
 * model gives the same bytes.
 */
export function encodeRnm(model: RnmModel): Uint8Array {
  const { profile } = model;
  return encodeMap({
    magic: MAGIC,
    version: FORMAT_VERSION,
    model_version: model.modelVersion,
    providers_digest: model.providersDigest,
    ann_data: compress(model.ann),
    pca_data: model.pca && compress(model.pca),
    norm_stats: model.normStats,
    roc_thresholds: model.rocThresholds,
    created_at: model.createdAt,
    profile: profile && {
      digest: profile.digest,
      symbols: profile.symbols,
      metatoken_version: profile.metatokenVersion,
    },
    calibration: model.calibration,
    training: model.training && recordJson(model.training),
  });
}

/**
 * Reads a model, plain or packed, written by rspamd or by neurald. What the
 * network itself holds is for `lib/model/model.ts` to check.
 *
 * @throws {RnmError} when the file holds no model; it names the key
 */
export function decodeRnm(file: Uint8Array): RnmModel {
  const map = readMap(unpackFile(file));
  if (text(map.magic) !== MAGIC) {
    throw new RnmError(`this is no RNM1 file: magic is not ${MAGIC}`);
  }
  if (map.version !== FORMAT_VERSION) {
    throw new RnmError(`version: only ${FORMAT_VERSION} is known`);
  }
  const version = map.model_version ?? 1;
  if (!Number.isSafeInteger(version) || (version as number) < 0) {
    throw new RnmError("model_version: a whole number is needed");
  }
  return {
    modelVersion: version as number,
    ann: packed(map, "ann_data") ?? missing("ann_data"),
    pca: packed(map, "pca_data"),
    normStats: map.norm_stats ? plain(map.norm_stats) : undefined,
    rocThresholds: parseThresholds(map.roc_thresholds),
    providersDigest: text(map.providers_digest),
    createdAt: optionalNumber(map.created_at, "created_at"),
    profile: profile(map.profile),
    calibration: parseCalibration(plain(map.calibration)),
    training: parseTrainingRecord(plain(map.training)),
  };
}

function unpackFile(file: Uint8Array): Uint8Array {
  if (file.length > MAX_MODEL_FILE_BYTES) {
    throw new RnmError(`the file is larger than ${MAX_MODEL_FILE_BYTES} bytes`);
  }
  const isPacked = file[0] === 0x28 && file[1] === 0xb5;
  return isPacked ? unpack(file, "the file") : file;
}

function unpack(bytes: Uint8Array, what: string): Uint8Array {
  try {
    return decompress(bytes, MAX_MODEL_FILE_BYTES);
  } catch (error) {
    if (error instanceof ZstdError) {
      throw new RnmError(`${what}: ${error.message}`);
    }
    throw error;
  }
}

function missing(key: string): never {
  throw new RnmError(`${key} is missing`);
}

function packed(
  map: RnmMap,
  key: string,
): Uint8Array | undefined {
  const value = map[key];
  if (value === undefined || value === null) return undefined;
  if (!(value instanceof Uint8Array)) {
    throw new RnmError(`${key}: bytes are needed`);
  }
  return unpack(value, key);
}

/**
 * Reads `roc_thresholds`. rspamd writes an empty list where there are none.
 *
 * @throws {RnmError} when it is neither that nor two numbers
 */
export function parseThresholds(value: unknown): [number, number] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every(Number.isFinite)) {
    throw new RnmError("roc_thresholds: two numbers are needed");
  }
  if (value.length === 0) return undefined;
  if (value.length !== 2) {
    throw new RnmError("roc_thresholds: two numbers are needed");
  }
  return [value[0], value[1]];
}

/**
 * Reads what makes a probability of an output.
 *
 * @throws {RnmError} when it is not two numbers
 */
export function parseCalibration(value: unknown): Calibration | undefined {
  if (value === undefined || value === null) return undefined;
  const { slope, intercept } = value as Partial<Calibration>;
  if (!Number.isFinite(slope) || !Number.isFinite(intercept)) {
    throw new RnmError("calibration: slope and intercept are needed");
  }
  return { slope: slope!, intercept: intercept! };
}

function optionalNumber(value: unknown, key: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new RnmError(`${key}: a number is needed`);
  }
  return value;
}

function profile(value: unknown): RnmProfile | undefined {
  if (value === undefined || value === null) return undefined;
  const { digest, symbols, metatoken_version } = plain(value) as Record<
    string,
    unknown
  >;
  if (typeof digest !== "string") {
    throw new RnmError("profile.digest: a text is needed");
  }
  if (
    !Array.isArray(symbols) || symbols.length > MAX_SYMBOLS ||
    !symbols.every((name) => typeof name === "string")
  ) {
    throw new RnmError("profile.symbols: a list of names is needed");
  }
  if (typeof metatoken_version !== "number") {
    throw new RnmError("profile.metatoken_version: a number is needed");
  }
  return { digest, symbols, metatokenVersion: metatoken_version };
}
