/**
 * Options at the top level, or in `neural { }`.
 *
 * @module
 */

import { option } from "../option.ts";
import { boolean, integer, name, switchedNames } from "../option_types.ts";

/** Defaults as in rspamd's `lualib/plugins/neural.lua`. */
export const MODULE_OPTIONS = {
  enabled: option({
    name: "enabled",
    type: boolean,
    default: true,
    description: "whether rspamd's own module is on; neurald is in any case",
  }),
  prefix: option({
    name: "prefix",
    type: name,
    default: "rn",
    description: "begins the names of everything in the store",
  }),
  maxProfiles: option({
    name: "max_profiles",
    type: integer({ min: 1 }),
    default: 3,
    description: "how many networks of a rule are kept",
  }),
  allowLocal: option({
    name: "allow_local",
    type: boolean,
    default: false,
    description: "learn from messages that were scanned by hand too",
  }),
  blacklistedSymbols: option({
    name: "blacklisted_symbols",
    type: switchedNames,
    default: new Set<string>(),
    description: "symbols that no rule learns from",
  }),
};
