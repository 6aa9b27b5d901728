/**
 * Options of `neurald { guards { NAME { } } }`: what may keep a message from
 * being learned by itself.
 *
 * @module
 */

import { isHttpUrl } from "../address.ts";
import { option, optional } from "../option.ts";
import { duration, number, oneOf, text, textOf } from "../option_types.ts";

/** A guard has either a URL or a condition. */
export const GUARD_OPTIONS = {
  url: optional({
    name: "url",
    type: textOf('a URL, "http://…" or "https://…"', isHttpUrl),
    description: "who is asked, and answers whether it may be learned",
    secret: "url",
  }),
  condition: optional({
    name: "condition",
    type: text,
    description: "what is learned fits this expression of symbols",
  }),
  class: optional({
    name: "class",
    type: oneOf(["spam", "ham"]),
    description: "the class that it is about; both unless set",
  }),
  priority: option({
    name: "priority",
    type: number(),
    default: 0,
    description: "guards with higher ones are asked before others",
  }),
  timeoutSeconds: option({
    name: "timeout",
    type: duration({ min: 0.001, max: 60 }),
    default: 0.3,
    description: "how long the answer of a url may take",
  }),
  onError: option({
    name: "on_error",
    type: oneOf(["block", "allow"]),
    default: "block",
    description: "what a url without a proper answer means",
  }),
};
