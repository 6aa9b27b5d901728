/**
 * The vectors that rspamd's scanners store, and neurald's among them.
 *
 * @module
 */

import { Layout } from "../../features/layout.ts";
import type { MailClass } from "../../features/mail_class.ts";
import {
  METATOKEN_VERSIONS,
  type MetatokenVersion,
} from "../../features/metatokens.ts";
import { decodeSample, encodeSample } from "../../features/sample.ts";
import type { ProfileRecord } from "../store.ts";
import { decodeVector, encodeVector, VectorError } from "./vector.ts";

/** What scanners stored of one class for one model. */
export interface VectorSet {
  /** Key of the set, or of the list. */
  name: string;
  class: MailClass;
  /** What the vectors mean. */
  profile: ProfileRecord;
  vectors: Uint8Array[];
}

/** A vector as it is stored, and the features that it says. */
export interface ScannerSample {
  name: string;
  class: MailClass;
  vector: Uint8Array;
  /** As `lib/features/sample.ts` writes them. */
  features: Uint8Array;
}

/** A vector that cannot be read, and why. */
export interface DamagedVector {
  name: string;
  class: MailClass;
  vector: Uint8Array;
  reason: string;
}

/**
 * Reads vectors as named features.
 *
 * @param version of the metatokens, as the series is named after
 */
export function readVectors(
  { name, class: mailClass, profile, vectors }: VectorSet,
  version: MetatokenVersion,
): { samples: ScannerSample[]; damaged: DamagedVector[] } {
  const layout = new Layout(version, profile.symbols);
  const samples: ScannerSample[] = [];
  const damaged: DamagedVector[] = [];
  for (const vector of vectors) {
    try {
      const numbers = decodeVector(vector, layout.length);
      const features = encodeSample(layout.featuresOf(numbers));
      samples.push({ name, class: mailClass, vector, features });
    } catch (error) {
      if (!(error instanceof VectorError)) throw error;
      damaged.push({
        name,
        class: mailClass,
        vector,
        reason: error.message,
      });
    }
  }
  return { samples, damaged };
}

/**
 * Named features as a vector among those of scanners. What the profile does not
 * name is no feature by rspamd's configuration: composite symbols, and those
 * without statistics.
 *
 * @returns nothing where the metatokens are others
 */
export function vectorFor(
  features: Uint8Array,
  layout: Layout,
): Uint8Array | undefined {
  let sample;
  try {
    sample = decodeSample(features);
  } catch {
    return undefined;
  }
  return sample.version === layout.version
    ? encodeVector(layout.wholeVectorOf(sample))
    : undefined;
}

/** The metatokens that a series is named after: `rn3_default_3_default`. */
export function metatokensOf(series: string): MetatokenVersion {
  const version = Number(/^.*_(\d)_/.exec(series)?.[1]);
  return METATOKEN_VERSIONS.find((known) => known === version) ?? 3;
}
