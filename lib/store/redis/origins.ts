/**
 * Where samples in Redis came from, as `pool.lua` writes it.
 *
 * @module
 */

import type { MailClass } from "../../features/mail_class.ts";
import type { PoolSource, Sample } from "../store.ts";
import type { Argument, Reply } from "./link.ts";
import { text } from "./replies.ts";

/** The letters of sources. */
const LETTERS: Record<PoolSource, string> = {
  hand: "h",
  folder: "f",
  auto: "a",
  vectors: "v",
  rspamd: "r",
  unknown: "u",
};

const SOURCES = new Map(
  Object.entries(LETTERS)
    .map(([source, letter]) => [letter, source as PoolSource]),
);

const CLASS_LETTERS: Record<MailClass, string> = { spam: "s", ham: "h" };

const encoder = new TextEncoder();

/** Where a sample came from. */
export interface Origin {
  source: PoolSource;
  /** Unix time in seconds, where it is known. */
  at?: number;
  /** The vector that the sample is, unless it is one of neurald's own. */
  vector?: Uint8Array;
}

/** Class, source and message of a sample, as `add_samples.lua` takes them. */
export function aboutSample(
  { class: mailClass, source, message }: Omit<Sample, "features">,
): Argument {
  const letters = CLASS_LETTERS[mailClass] + LETTERS[source];
  if (!message) return letters;
  const about = new Uint8Array(letters.length + message.length);
  encoder.encodeInto(letters, about);
  about.set(message, letters.length);
  return about;
}

/** Reads an origin. */
export function originOf(reply: Reply): Origin {
  const bytes = reply as Uint8Array;
  const at = Number(text(bytes.subarray(1, 11)));
  const end = bytes[11] === "+".charCodeAt(0) ? 28 : 12;
  return {
    source: SOURCES.get(String.fromCharCode(bytes[0])) ?? "unknown",
    at: at > 0 ? at : undefined,
    vector: bytes.length > end ? bytes.subarray(end) : undefined,
  };
}
