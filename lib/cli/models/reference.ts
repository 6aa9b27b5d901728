/**
 * Which model a command is about.
 *
 * @module
 */

import type { ModelReference } from "../../engine/models/find.ts";
import type { FlagSpec } from "../flags.ts";
import { UsageError } from "../usage_error.ts";
import { LINE_FLAGS } from "./place.ts";

/** The flags that name a model. */
export const MODEL_FLAGS = {
  ...LINE_FLAGS,
  version: {
    kind: "integer",
    short: "v",
    value: "N",
    min: 0,
    help: "the version (default: the one in service, or else the latest)",
  },
} as const satisfies Record<string, FlagSpec>;

/** What these flags say. */
export interface ModelFlags {
  rule?: string;
  settings?: string;
  version?: number;
}

/**
 * The model that is meant: by flags, or by an operand, which is a version or
 * an id.
 *
 * @throws {UsageError} when both say it
 */
export function referenceFrom(
  { rule, settings, version }: ModelFlags,
  operand?: string,
): ModelReference {
  if (operand === undefined) return { rule, settings, version };
  if (version !== undefined) {
    throw new UsageError(`one model is needed, not ${operand} and --version`);
  }
  if (/^\d+$/.test(operand)) {
    return { rule, settings, version: Number(operand) };
  }
  if (rule !== undefined || settings !== undefined) {
    throw new UsageError(
      `${operand} says of which rule and settings it is; leave out --rule and --settings`,
    );
  }
  return { id: operand };
}
