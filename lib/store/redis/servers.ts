/**
 * Asks one of several servers.
 *
 * @module
 */

import { formatAddress, type RedisAddress } from "./address.ts";
import {
  type Argument,
  Link,
  LinkError,
  type LinkOptions,
  type Reply,
} from "./link.ts";

/**
 * What the first server that does it gives.
 *
 * @throws {LinkError} (as a rejection) with what each of them said
 */
export async function firstOf<T>(
  servers: readonly RedisAddress[],
  use: (address: RedisAddress) => Promise<T>,
): Promise<T> {
  const problems: string[] = [];
  for (const address of servers) {
    try {
      return await use(address);
    } catch (error) {
      if (!(error instanceof LinkError) || servers.length === 1) throw error;
      problems.push(at(address, error));
    }
  }
  throw new LinkError(problems.join("; "));
}

/** What went wrong at a server, and at which. */
export function at(address: RedisAddress, error: unknown): string {
  return `${formatAddress(address)}: ${(error as Error).message}`;
}

/**
 * Asks a server one thing, over a link of its own; that takes no longer than
 * connecting may.
 *
 * @throws {LinkError} (as a rejection)
 */
export async function askOnce(
  address: RedisAddress,
  options: Omit<LinkOptions, "requestTimeoutMs">,
  ...args: Argument[]
): Promise<Reply> {
  const requestTimeoutMs = options.connectTimeoutMs;
  const link = await Link.open(address, { ...options, requestTimeoutMs });
  try {
    return await link.ask(...args);
  } finally {
    link.drop("it is closed");
  }
}
