/**
 * Why an external model is not taken.
 *
 * @module
 */

import { type FailureKind, FetchError } from "../../external/failure.ts";
import { StoreError } from "../../store/store.ts";
import { TrainerError } from "../../train/trainer.ts";
import { LockedError, LostLockError } from "../lease.ts";
import { ModelChangeError } from "../models/change.ts";
import { ModelFileError } from "../models/model_file.ts";

/** What has gone wrong, apart from its particulars. */
export type ExternalFailureKind =
  | FailureKind
  /** It is not signed as it has to be. */
  | "signature"
  /** It is no model, or a damaged one. */
  | "unreadable"
  /** It is for other inputs, or other providers. */
  | "unfit"
  /** It does worse than the one in service, or cannot be judged. */
  | "refused"
  /** Somebody else trains. */
  | "busy"
  /** It could not be stored. */
  | "store"
  /** A mistake of neurald. */
  | "unexpected";

/** Why an external model is not taken. */
export interface ExternalFailure {
  kind: ExternalFailureKind;
  reason: string;
  /** Whether it is worth while to try again soon. */
  isPassing: boolean;
}

/** An external model is not taken. */
export class ExternalModelError extends Error implements ExternalFailure {
  override name = "ExternalModelError";
  readonly kind: ExternalFailureKind;
  readonly isPassing: boolean;

  constructor(kind: ExternalFailureKind, reason: string, isPassing = false) {
    super(reason);
    this.kind = kind;
    this.isPassing = isPassing;
  }

  /** The same as the message. */
  get reason(): string {
    return this.message;
  }
}

type ErrorClass = abstract new (...args: never[]) => Error;

const KINDS: readonly [ErrorClass, ExternalFailureKind, boolean][] = [
  [ModelFileError, "unreadable", false],
  [ModelChangeError, "unfit", false],
  [TrainerError, "refused", false],
  [LockedError, "busy", true],
  [LostLockError, "busy", true],
  [StoreError, "store", true],
];

/** What an error means. */
export function failureOf(error: unknown): ExternalFailure {
  if (error instanceof ExternalModelError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof FetchError) {
    const { kind, isPassing } = error;
    return { kind, reason, isPassing };
  }
  const [, kind, isPassing] = KINDS.find(([kind]) => error instanceof kind) ??
    [Error, "unexpected" as const, true];
  return { kind, reason, isPassing };
}
