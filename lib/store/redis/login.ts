import { StoreError } from "../store.ts";

/** Who to be at a server. */
export interface Login {
  readonly username?: string;
  readonly password?: string;
}

/**
 * Who to be, by what is said of it: empty is nothing.
 *
 * @param what is said, for the message
 * @throws {StoreError} when there is a user without a password
 */
export function loginOf(
  username: string | undefined,
  password: string | undefined,
  what: string,
): Login {
  if (username && !password) {
    throw new StoreError(`${what} needs a password too`);
  }
  return { username: username || undefined, password: password || undefined };
}
