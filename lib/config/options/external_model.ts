/**
 * Options of `external_model`: a network that is trained elsewhere.
 *
 * @module
 */

import { parseLocation } from "../../external/location.ts";
import { option, optional } from "../option.ts";
import {
  boolean,
  duration,
  integer,
  name,
  probability,
  textOf,
} from "../option_types.ts";
import { MAX_TIMER_SECONDS } from "./limits.ts";

const location = textOf(
  "an absolute path, or a URL with https:, http: or file:",
  (text) => parseLocation(text) !== undefined,
);

/** 32 bytes as rspamd writes them, or in hexadecimal. */
const PUBLIC_KEY = /^(?:[ybndrfg8ejkmcpqxot1uwisza345h769]{52}|[0-9a-f]{64})$/i;

/** Names and defaults as in rspamd's `lualib/lua_neural_external.lua`. */
export const EXTERNAL_MODEL_OPTIONS = {
  url: optional({
    name: "url",
    type: location,
    description: "where the model is",
    secret: "url",
  }),
  baseUrl: optional({
    name: "base_url",
    type: location,
    description: "where models are, named by the digest of the providers",
    secret: "url",
  }),
  signKey: optional({
    name: "sign_key",
    type: textOf(
      "an Ed25519 public key, in rspamd's base32 or in hexadecimal",
      (text) => PUBLIC_KEY.test(text),
    ),
    description: "public key of whoever has to have signed the model",
  }),
  caFile: optional({
    name: "ca_file",
    type: name,
    description: "authorities (PEM) to trust for https:, not the public ones",
  }),
  mergeStrategy: option({
    name: "merge_strategy",
    // The only one, in rspamd too.
    type: textOf("interpolate", (text) => text === "interpolate"),
    default: "interpolate",
    description: "how the model is joined with the local one",
  }),
  mergeAlpha: option({
    name: "merge_alpha",
    type: probability,
    default: 0.5,
    description: "weight of the external model, 1 = only it",
  }),
  checkIntervalSeconds: option({
    name: "check_interval",
    type: duration({ min: 1, max: MAX_TIMER_SECONDS / 2 }),
    default: 86_400,
    description: "how often to look for a new model",
  }),
  timeoutSeconds: option({
    name: "timeout",
    type: duration({ min: 0.1, max: MAX_TIMER_SECONDS }),
    default: 60,
    description: "how long to wait for the model, in all",
  }),
  allowPrivate: option({
    name: "allow_private",
    type: boolean,
    default: false,
    description: "ask addresses of this host and of private networks too",
  }),
  localFineTune: option({
    name: "local_fine_tune",
    type: boolean,
    default: true,
    description: "train the model further on local samples",
  }),
  minLocalSamples: option({
    name: "min_local_samples",
    type: integer({ min: 0 }),
    default: 50,
    description: "new local samples needed for that",
  }),
};
