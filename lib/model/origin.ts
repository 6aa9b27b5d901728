/**
 * Where a stored model comes from, and so why it is in service.
 *
 * @module
 */

import type { ModelFields } from "../store/store.ts";
import type { ExternalSource } from "./external_source.ts";

/** Trained here, by neurald or by an rspamd that shares the store. */
export interface TrainedOrigin {
  /** Tells it from other origins. */
  kind: "trained";
}

/** An earlier model again. */
export interface RollbackOrigin {
  kind: "rollback";
  /** The version that it was first. */
  of: number;
  /** The version that was in service until then. */
  replaced?: number;
  /** Unix time in seconds. */
  at: number;
  /** The host that was told to do it. */
  by: string;
  /** The newest sample then: only later ones judge what is to replace it. */
  newest_sample: number;
}

/** Out of a file. */
export interface ImportedOrigin {
  kind: "imported";
  /** Of the file, in hexadecimal. */
  sha256: string;
  /** Version in the file. */
  version: number;
  /** Unix time in seconds. */
  at: number;
  /** The host that was told to do it. */
  by: string;
  /** Whether it was taken without being judged. */
  forced: boolean;
}

/** Fetched from elsewhere. */
export interface ExternalOrigin extends ExternalSource {
  kind: "external";
  /** Version in the file. */
  version: number;
  /** Its share of the weights, where it was merged with the local model. */
  merged?: number;
}

/** Where a model comes from. */
export type ModelOrigin =
  | TrainedOrigin
  | RollbackOrigin
  | ImportedOrigin
  | ExternalOrigin;

/** The field of a stored model that tells; models that were trained have none. */
export const ORIGIN_FIELD = "origin";

/** Models that say nothing of it, or nothing that makes sense, were trained. */
const TRAINED: TrainedOrigin = { kind: "trained" };

/** Writes where a model comes from as one of its fields. */
export function originFields(origin: ModelOrigin): ModelFields {
  return { [ORIGIN_FIELD]: new TextEncoder().encode(JSON.stringify(origin)) };
}

/** Reads where a stored model comes from. */
export function originOf(fields: ModelFields): ModelOrigin {
  const bytes = fields[ORIGIN_FIELD];
  if (!bytes) return TRAINED;
  try {
    const origin = JSON.parse(new TextDecoder().decode(bytes));
    return isOrigin(origin) ? origin : TRAINED;
  } catch {
    return TRAINED;
  }
}

/** What is needed to go by it; the rest is only shown. */
function isOrigin(value: unknown): value is ModelOrigin {
  const { kind, at, of, newest_sample } = (value ?? {}) as Record<
    string,
    unknown
  >;
  if (!Number.isFinite(at)) return false;
  if (kind === "imported" || kind === "external") return true;
  return kind === "rollback" && Number.isFinite(of) &&
    Number.isFinite(newest_sample);
}
