import { RedisOptionError, URL_OPTION } from "./option_error.ts";

/** Who to be at a server. */
export interface Login {
  readonly username?: string;
  readonly password?: string;
}

/**
 * Who to be, by what is said of it: empty is nothing.
 *
 * @param option the one that names the user, where it is not the URL
 * @throws {RedisOptionError} when there is a user without a password
 */
export function loginOf(
  username: string | undefined,
  password: string | undefined,
  option?: "username" | "sentinel_username",
): Login {
  if (username && !password) {
    const what = option ? `redis { ${option} }` : "the user of a Redis";
    throw new RedisOptionError(
      option ? `redis.${option}` : URL_OPTION,
      `${what} needs a password too`,
    );
  }
  return { username: username || undefined, password: password || undefined };
}
