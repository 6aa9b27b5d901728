/**
 * Why a file cannot be had from elsewhere.
 *
 * @module
 */

/** What has gone wrong, apart from its particulars. */
export type FailureKind =
  /** There is nobody, or what is said is no HTTP. */
  | "unreachable"
  /** It took too long. */
  | "timeout"
  /** It ended too early. */
  | "truncated"
  /** It is larger than it may be. */
  | "oversized"
  /** It is not given, or not there. */
  | "unavailable"
  /** It leads to where one may not go. */
  | "forbidden";

/** What may be better in a moment. */
const PASSING: readonly FailureKind[] = ["unreachable", "timeout", "truncated"];

/** A file could not be had. */
export class FetchError extends Error {
  override name = "FetchError";
  readonly kind: FailureKind;
  /** Whether it is worth while to ask again soon. */
  readonly isPassing: boolean;

  /** @param message names no secrets */
  constructor(
    kind: FailureKind,
    message: string,
    isPassing = PASSING.includes(kind),
  ) {
    super(message);
    this.kind = kind;
    this.isPassing = isPassing;
  }
}
