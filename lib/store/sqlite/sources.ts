import type { PoolSource, SampleSource } from "../store.ts";

/**
 * Where samples come from, by the number in the database. Those of files of
 * version 1 have the first. One that was given a number keeps it.
 */
export const SOURCES: readonly Exclude<PoolSource, "rspamd">[] = [
  "unknown",
  "hand",
  "folder",
  "auto",
  "vectors",
];

/** What the database has for a source. */
export function numberOf(source: SampleSource): number {
  return SOURCES.indexOf(source);
}
