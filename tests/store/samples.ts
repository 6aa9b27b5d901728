/**
 * Samples and models as tests of stores write and read them.
 *
 * @module
 */

import type { MailClass } from "../../lib/features/mail_class.ts";
import type {
  Publication,
  Sample,
  SampleSource,
  StoredSamples,
} from "../../lib/store/store.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A sample whose features are a word, taught by hand unless told otherwise. */
export function sample(
  mailClass: MailClass,
  features: string,
  { source = "hand", message }: {
    source?: SampleSource;
    /** At most 16 characters. */
    message?: string;
  } = {},
): Sample {
  return {
    class: mailClass,
    features: encoder.encode(features),
    source,
    message: message === undefined
      ? undefined
      : encoder.encode(message.padStart(16)),
  };
}

/** Samples of one class, one for each word. */
export function samples(mailClass: MailClass, words: string): Sample[] {
  return words.split(" ").map((word) => sample(mailClass, word));
}

/** A stored sample, as tests compare it: without its id. */
export interface ReadSample {
  class: MailClass;
  features: string;
  isFresh: boolean;
}

/** The samples that a store returned, one by one. */
export function readSamples(stored: StoredSamples): ReadSample[] {
  return Array.from(stored.ends, (end, index) => ({
    class: stored.isSpam[index] === 1 ? "spam" : "ham",
    features: decoder.decode(
      stored.bytes.subarray(index === 0 ? 0 : stored.ends[index - 1], end),
    ),
    isFresh: stored.isFresh[index] === 1,
  }));
}

/** The words of the samples that a store returned. */
export function wordsOf(stored: StoredSamples): string {
  return readSamples(stored).map(({ features }) => features).join(" ");
}

/** A publication of a small model; it settles nothing unless told to. */
export function publication(
  key: string,
  changes: Partial<Publication> = {},
): Publication {
  return {
    profile: {
      digest: "z".repeat(103),
      symbols: ["A_SYMBOL", "B_SYMBOL"],
      version: 1,
      redis_key: key,
      distance: 0,
    },
    fields: { ann: encoder.encode(`network ${key}`) },
    settlement: { upTo: 0, retain: 0 },
    expireSeconds: 3600,
    record: JSON.stringify({ published: key }),
    ...changes,
  };
}
