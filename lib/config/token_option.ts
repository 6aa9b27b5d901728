/**
 * The option `tokens { }`: who may do what.
 *
 * @module
 */

import type { Complain, OptionType } from "./option.ts";
import { parseTokenHash } from "./token_hash.ts";
import type { UclValue } from "./ucl/value.ts";

/** What a token allows; writing includes reading. */
export type Access = "read" | "write";

/** A token, of which only the hash is known. */
export interface Token {
  /** See `token_hash.ts`. */
  readonly hash: string;
  readonly access: Access;
}

/** Each wrong token is compared with all. */
const MOST_TOKENS = 16;

const TOKEN_KEYS = ["hash", "access"];

/** Tokens by name. */
export const tokens: OptionType<ReadonlyMap<string, Token>> = {
  expects: "a section of tokens, " +
    'NAME { hash = "…"; access = "read" or "write" }',
  read(value, complain) {
    if (value.kind !== "object") {
      complain({ at: value.at, message: `expected ${this.expects}` });
      return undefined;
    }
    const { size } = value.entries;
    if (size > MOST_TOKENS) {
      complain({
        at: value.at,
        message: `expected up to ${MOST_TOKENS} tokens, found ${size}`,
      });
      return undefined;
    }
    const found = [...value.entries].map((
      [name, { elements }],
    ) => [
      name,
      readToken(name, elements.map(({ value }) => value), complain),
    ]) as [string, Token | undefined][];
    return found.some(([, token]) => !token)
      ? undefined
      : new Map(found as [string, Token][]);
  },
};

function readToken(
  name: string,
  [value, again]: UclValue[],
  complain: Complain,
): Token | undefined {
  const wrong = (message: string, { at } = value) => {
    complain({ at, message: `${name}: ${message}` });
    return undefined;
  };
  if (again) return wrong("it is given again; keep one of them", again);
  if (value.kind !== "object") {
    return wrong('expected { hash = "…"; access = "read" or "write" }');
  }
  const unknown = [...value.entries.keys()]
    .find((key) => !TOKEN_KEYS.includes(key));
  if (unknown !== undefined) return wrong("it has a hash and an access only");
  const [hash, access] = TOKEN_KEYS.map((key) => {
    const { value: given } = value.entries.get(key)?.elements[0] ?? {};
    return given?.kind === "text" ? given.value : "";
  });
  if (!parseTokenHash(hash)) {
    return wrong("it needs a hash; neurald password makes one");
  }
  if (access !== "read" && access !== "write") {
    return wrong('its access is needed, "read" or "write"');
  }
  return { hash, access };
}
