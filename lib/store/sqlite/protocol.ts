/**
 * What passes between a store and its worker. The store asks one thing at a
 * time, and the worker answers it with one outcome for each part of it.
 *
 * @module
 */

import type { Call, Outcome } from "./operations.ts";

/** Open the database, which comes first. */
export interface OpenRequest {
  /** Tells the requests apart. */
  kind: "open";
  /** As `openDatabase` takes it. */
  path: string;
  /** How long to wait for other processes, in milliseconds. */
  busyTimeoutMs?: number;
  /** Whether a damaged file is kept aside, and another one begun. */
  renews?: boolean;
  /** Whether it is only read, and opened as it is. */
  isReadOnly?: boolean;
}

/** Look at a file that is not opened; its outcome is a `FileContents`. */
export interface InspectRequest {
  /** Tells the requests apart. */
  kind: "inspect";
  /** Absolute. */
  path: string;
  /** How long looking for damage may take, in milliseconds. */
  checkMs: number;
}

/** Carry out calls. */
export interface RunRequest {
  /** Tells the requests apart. */
  kind: "run";
  /** In the order in which they were made. */
  calls: Call[];
}

/** Close the database, which comes last. */
export interface CloseRequest {
  /** Tells the requests apart. */
  kind: "close";
}

/** What a store asks of its worker. */
export type Request =
  | OpenRequest
  | InspectRequest
  | RunRequest
  | CloseRequest;

/** What came of a request. */
export interface Answer {
  /** One for each call, or the one of opening or closing. */
  outcomes: Outcome[];
  /** What people have to know besides. */
  notice?: string;
}
