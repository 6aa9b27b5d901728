/**
 * Takes a configuration out of `neural { }`, where rspamd keeps it.
 *
 * @module
 */

import { levelsOf, MODULE_KEY, NEURALD_SECTION } from "./options.ts";
import { entryOf, inside, objectIn, type Scope } from "./section_reader.ts";
import { formatPlace } from "./ucl/place.ts";
import type { UclEntry, UclObject } from "./ucl/value.ts";
import { explainUnknownKey, type Explanation } from "./unknown_key.ts";

const BELONGS_IN_MODULE: Explanation = {
  severity: "error",
  message: `belongs in ${MODULE_KEY} { }, which is given too`,
};

/**
 * Returns the section that holds the options: the whole text, or what stands
 * in `neural { }`, of which there may be several. As in rspamd
 * (`lua_config_get_all_opt`) a key of a later one replaces that of an earlier
 * one as a whole. `neurald { }` may stand beside it.
 */
export function unwrapModule(root: UclObject, scope: Scope): UclObject {
  const wrapped = entryOf(root, MODULE_KEY);
  if (!wrapped) return root;
  const entries = joinSections(wrapped, scope);
  for (const [key, entry] of root.entries) {
    if (key === NEURALD_SECTION.name) {
      const elements = [...entries.get(key)?.elements ?? [], ...entry.elements];
      entries.set(key, { elements });
    } else if (key !== MODULE_KEY) {
      reportOutside(key, entry, scope);
    }
  }
  return { kind: "object", at: wrapped.elements[0].value.at, entries };
}

function joinSections(
  { elements }: UclEntry,
  scope: Scope,
): Map<string, UclEntry> {
  const joined = new Map<string, UclEntry>();
  for (const element of elements) {
    const section = objectIn(element, inside(scope, MODULE_KEY));
    for (const [key, entry] of section?.entries ?? []) {
      const earlier = joined.get(key)?.elements[0].at;
      if (earlier) {
        scope.findings.problems.add(
          "warning",
          entry.elements[0].at,
          inside(scope, key).key,
          `replaces all of what an earlier ${MODULE_KEY} { } says of it, at ${
            formatPlace(earlier)
          }, as in rspamd`,
        );
      }
      joined.set(key, entry);
    }
  }
  return joined;
}

function reportOutside(
  key: string,
  { elements }: UclEntry,
  scope: Scope,
): void {
  const { severity, message } = levelsOf(key).length > 0
    ? BELONGS_IN_MODULE
    : explainUnknownKey(key, [MODULE_KEY, NEURALD_SECTION.name]);
  for (const { at } of elements) {
    scope.findings.problems.add(severity, at, inside(scope, key).key, message);
  }
}
