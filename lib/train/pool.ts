/**
 * The samples of a pool, read and given columns.
 *
 * @module
 */

import type { MetatokenVersion } from "../features/metatokens.ts";
import { metatokenNames } from "../features/metatokens.ts";
import { decodeSample, SampleError } from "../features/sample.ts";
import type { Layout } from "../features/layout.ts";
import { type Dataset, DatasetBuilder } from "../nn/dataset.ts";
import type { UnreadableSample } from "./job.ts";

/** Samples with a column for every metatoken, and for every symbol in them. */
export interface Pool {
  data: Dataset;
  /** Symbols in the order of their columns, which follow the metatokens. */
  symbols: string[];
  /** In how many samples each of `symbols` fired. */
  counts: number[];
  /** A number in [0, 1) for each sample, by its bytes alone. */
  hashes: Float64Array;
  /** Identifies each sample, as it was given. */
  ids: Float64Array;
  unreadable: UnreadableSample[];
}

/** The part of a training job that holds samples. */
export interface PackedSamples {
  bytes: Uint8Array;
  ends: Uint32Array;
  isSpam: Uint8Array;
  ids: Float64Array;
}

/** Puts samples together as a job takes them; each is known by its position. */
export function packSamples(
  samples: readonly { bytes: Uint8Array; isSpam: boolean }[],
): PackedSamples {
  const ends = new Uint32Array(samples.length);
  samples.reduce((end, { bytes }, i) => ends[i] = end + bytes.length, 0);
  const packed = new Uint8Array(ends.at(-1) ?? 0);
  samples.forEach(({ bytes }, i) => packed.set(bytes, ends[i] - bytes.length));
  return {
    bytes: packed,
    ends,
    isSpam: Uint8Array.from(samples, ({ isSpam }) => isSpam ? 1 : 0),
    ids: Float64Array.from(samples.keys()),
  };
}

/**
 * Reads samples. One that is damaged, or has metatokens of another version,
 * is left out and named; it is never in the way of the others.
 *
 * Equal samples of a class are one sample: copies share a hash, so they would
 * all be trained on or all judge. The same features in both classes are two,
 * for neither label is known to be wrong, and both stand on one side.
 */
export function readPool(
  samples: PackedSamples,
  version: MetatokenVersion,
): Pool {
  const metatokens = metatokenNames(version).length;
  const columns = new Map<string, number>();
  const counts: number[] = [];
  const hashes: number[] = [];
  const ids: number[] = [];
  const unreadable: UnreadableSample[] = [];
  const known = new Map<string, Uint8Array>();
  const builder = new DatasetBuilder();
  for (const [i, end] of samples.ends.entries()) {
    const bytes = samples.bytes.subarray(
      i === 0 ? 0 : samples.ends[i - 1],
      end,
    );
    try {
      const features = decodeSample(bytes);
      if (features.version !== version) {
        throw new SampleError(
          `it has metatokens of version ${features.version}, not ${version}`,
        );
      }
      const hash = hashOf(bytes);
      const key = `${samples.isSpam[i]} ${hash}`;
      if (isEqual(bytes, known.get(key))) continue;
      known.set(key, bytes);
      const indices: number[] = [];
      const values: number[] = [];
      features.metatokens.forEach((value, k) => {
        if (value !== 0) indices.push(k), values.push(value);
      });
      for (const [k, name] of features.symbols.entries()) {
        let column = columns.get(name);
        if (column === undefined) {
          column = columns.size;
          columns.set(name, column);
          counts.push(0);
        }
        counts[column]++;
        indices.push(metatokens + column);
        values.push(features.values[k]);
      }
      builder.add(indices, values, samples.isSpam[i] === 1);
      hashes.push(hash);
      ids.push(samples.ids[i]);
    } catch (error) {
      if (!(error instanceof SampleError)) throw error;
      unreadable.push({ id: samples.ids[i], reason: error.message });
    }
  }
  return {
    data: builder.build(metatokens + columns.size),
    symbols: [...columns.keys()],
    counts,
    hashes: Float64Array.from(hashes),
    ids: Float64Array.from(ids),
    unreadable,
  };
}

/**
 * Tells which samples of a pool came after one, as
 * {@linkcode import("../store/store.ts").Store.takeIn} has it.
 *
 * @param id without one, nothing is asked
 */
export function isLaterThan(
  id: number | undefined,
  { ids }: Pool,
): ((row: number) => boolean) | undefined {
  if (id === undefined) return undefined;
  return (row) => ids[row] < 0 || ids[row] > id;
}

/** Where the columns of a pool stand in the vectors of a layout, or −1. */
export function columnsIn(layout: Layout, pool: Pool): Int32Array {
  const metatokens = metatokenNames(layout.version).length;
  return Int32Array.from(
    { length: pool.data.inputs },
    (_, column) =>
      column < metatokens
        ? column
        : layout.positionOf(pool.symbols[column - metatokens]) ?? -1,
  );
}

function isEqual(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return a.length === b?.length && a.every((byte, i) => byte === b[i]);
}

/** FNV-1a over the bytes, mixed, as a number in [0, 1). */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}
