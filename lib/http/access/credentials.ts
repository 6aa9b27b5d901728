/**
 * The token that a request brings.
 *
 * @module
 */

/** Longer ones are none: each would be hashed. */
const MOST_CHARACTERS = 256;

/**
 * The token in `Authorization: Bearer TOKEN`, as the password of `Basic`, which
 * browsers ask for, or in rspamd's `Password`.
 *
 * @returns undefined where there is none
 */
export function tokenIn(headers: Headers): string | undefined {
  const token = headers.get("password") ??
    fromAuthorization(headers.get("authorization"));
  return token && token.length <= MOST_CHARACTERS ? token : undefined;
}

function fromAuthorization(text: string | null): string | undefined {
  const [, scheme, value] = /^(bearer|basic) +(\S+)$/i.exec(text ?? "") ?? [];
  return scheme?.toLowerCase() === "basic" ? passwordIn(value) : value;
}

/** The password in base64 of `USER:PASSWORD`. */
function passwordIn(base64: string): string | undefined {
  try {
    const text = new TextDecoder().decode(Uint8Array.fromBase64(base64));
    const colon = text.indexOf(":");
    return colon < 0 ? undefined : text.slice(colon + 1);
  } catch {
    return undefined;
  }
}
