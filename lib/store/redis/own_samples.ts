/**
 * neurald's own samples as Redis keeps them, and as they are handed out.
 *
 * @module
 */

import { DIGEST_BYTES, sampleDigest } from "../sample_digest.ts";
import type { StoredSamples } from "../store.ts";
import type { Reply } from "./link.ts";
import { list, text } from "./replies.ts";

/** A sample that is handed out. */
export interface SampleRow {
  id: number;
  isSpam: number;
  isFresh: number;
  features: Uint8Array;
}

/** Features as they are stored: behind their digest. It is a copy. */
export function storedValue(features: Uint8Array): Uint8Array {
  const value = new Uint8Array(DIGEST_BYTES + features.length);
  value.set(sampleDigest(features));
  value.set(features, DIGEST_BYTES);
  return value;
}

/** Reads what `read_samples.lua` answers, in the order of ids. */
export function ownRows(
  reply: Reply[],
): { rows: SampleRow[]; digests: Set<string> } {
  const [freshSpam, freshHam, spam, ham, all] = reply.map(list);
  const digests = new Set<string>();
  const values = new Map<number, Uint8Array>();
  for (let i = 0; i < all.length; i += 2) {
    const value = all[i + 1] as Uint8Array;
    digests.add(value.subarray(0, DIGEST_BYTES).toHex());
    values.set(Number(text(all[i])), value.subarray(DIGEST_BYTES));
  }
  const kinds = [
    { ids: freshSpam, isSpam: 1, isFresh: 1 },
    { ids: freshHam, isSpam: 0, isFresh: 1 },
    { ids: spam, isSpam: 1, isFresh: 0 },
    { ids: ham, isSpam: 0, isFresh: 0 },
  ];
  const rows = kinds.flatMap(({ ids, ...kind }) =>
    ids.map((reply) => Number(text(reply)))
      .map((id) => ({ id, ...kind, features: values.get(id)! }))
  );
  return { rows: rows.sort((a, b) => a.id - b.id), digests };
}

/** Puts samples into one buffer. */
export function packed(rows: SampleRow[]): StoredSamples {
  const size = rows.reduce((sum, { features }) => sum + features.length, 0);
  const bytes = new Uint8Array(size);
  let end = 0;
  const ends = Uint32Array.from(rows, ({ features }) => {
    bytes.set(features, end);
    return end += features.length;
  });
  return {
    bytes,
    ends,
    isSpam: Uint8Array.from(rows, ({ isSpam }) => isSpam),
    isFresh: Uint8Array.from(rows, ({ isFresh }) => isFresh),
    ids: Float64Array.from(rows, ({ id }) => id),
  };
}
