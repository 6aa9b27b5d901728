/**
 * Which external file a line of models took last. Every model that comes after
 * remembers it, so that the same file is not taken twice.
 *
 * @module
 */

import type { ModelFields } from "../store/store.ts";

/** An external file, as it was fetched. */
export interface ExternalSource {
  /** Where it was, without secrets. */
  url: string;
  /** Of its bytes, in hexadecimal. */
  sha256: string;
  /** As the server has it. */
  etag?: string;
  /** As the server has said it. */
  last_modified?: string;
  /** The public key that it was checked with, as it is configured. */
  signed_by?: string;
  /** Unix time in seconds at which it was fetched. */
  at: number;
}

/** The field of a stored model that tells. */
const FIELD = "external";

/** Writes which file was taken last as one of a model's fields. */
export function sourceFields(source: ExternalSource): ModelFields {
  return { [FIELD]: new TextEncoder().encode(JSON.stringify(source)) };
}

/** Reads which file was taken last; nothing where that makes no sense. */
export function sourceOf(fields: ModelFields): ExternalSource | undefined {
  const bytes = fields[FIELD];
  if (!bytes) return undefined;
  try {
    const source = JSON.parse(new TextDecoder().decode(bytes));
    return isSource(source) ? source : undefined;
  } catch {
    return undefined;
  }
}

function isSource(value: unknown): value is ExternalSource {
  const { url, sha256, etag, last_modified, signed_by, at } =
    (value ?? {}) as Record<string, unknown>;
  return [url, sha256].every((text) => typeof text === "string") &&
    [etag, last_modified, signed_by].every((text) =>
      text === undefined || typeof text === "string"
    ) && Number.isFinite(at);
}
