/**
 * What Redis answers, as values.
 *
 * @module
 */

import { profileFrom } from "../profile_record.ts";
import type { ModelFields, ProfileRecord } from "../store.ts";
import type { Reply } from "./link.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A text. */
export function text(reply: Reply): string {
  return decoder.decode(reply as Uint8Array);
}

/** A list. */
export function list(reply: Reply): Reply[] {
  return reply as Reply[];
}

/** A profile, unless it is damaged or something else. */
export function profileOf(reply: Reply): ProfileRecord | undefined {
  return profileFrom(text(reply));
}

/** The fields of a model, from names and values in turn. */
export function fieldsOf(reply: Reply): ModelFields {
  const pairs = list(reply);
  const fields: [string, Uint8Array][] = [];
  for (let i = 0; i < pairs.length; i += 2) {
    const bytes = Uint8Array.from(pairs[i + 1] as Uint8Array);
    fields.push([text(pairs[i]), bytes]);
  }
  return Object.fromEntries(fields);
}
