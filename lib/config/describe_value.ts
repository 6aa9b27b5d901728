/**
 * Names values in messages.
 *
 * @module
 */

import type { UclValue } from "./ucl/value.ts";

/** How much of a text is quoted. */
const MAX_LENGTH = 60;

/** Says in a message what was found in place of what was expected. */
export function describeValue(value: UclValue): string {
  switch (value.kind) {
    case "null":
      return "nothing";
    case "boolean":
      return String(value.value);
    case "number":
      return value.spelling;
    case "text":
      return JSON.stringify(
        shortened(value.value),
      );
    case "array":
      return "a list";
    case "object":
      return "a section";
  }
}

function shortened(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
