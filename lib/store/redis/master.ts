/**
 * Finds the server that takes writes.
 *
 * @module
 */

import type { RedisAddress } from "./address.ts";
import { Link, LinkError, type Reply } from "./link.ts";
import type { RedisOptions, SentinelOptions } from "./options.ts";
import { REPLICA } from "./reason.ts";
import { text } from "./replies.ts";
import { askOnce, at, firstOf } from "./servers.ts";

/**
 * Connects to the first server that answers and takes writes: the one that
 * the sentinels name, or else one of those listed, in their order.
 *
 * @throws {LinkError} (as a rejection) with what each of them said
 */
export async function findMaster(options: RedisOptions): Promise<Link> {
  const { sentinel } = options;
  if (sentinel) {
    return await openMaster(await askSentinels(options, sentinel), options);
  }
  return await firstOf(
    options.servers,
    (address) => openMaster(address, options),
  );
}

/**
 * Asks the sentinels which server is the master now.
 *
 * @throws {LinkError} (as a rejection) when none of them knows
 */
export function askSentinels(
  options: RedisOptions,
  sentinel: SentinelOptions,
): Promise<RedisAddress> {
  return firstOf(sentinel.servers, async (address) => {
    const { login } = sentinel;
    const { connectTimeoutMs } = options;
    const masters = await askOnce(
      address,
      { login, connectTimeoutMs },
      ...["SENTINEL", "MASTERS"],
    );
    return theMaster(masters as Reply[][], sentinel);
  });
}

/** The one master that is meant. */
function theMaster(
  replies: Reply[][],
  { isMaster }: SentinelOptions,
): RedisAddress {
  const masters = replies.map(fieldsOf);
  const meant = masters.filter(({ name }) => isMaster(name));
  if (meant.length === 1) {
    return { host: meant[0].ip, port: Number(meant[0].port) };
  }
  const names = (meant.length > 0 ? meant : masters).map(({ name }) => name);
  const problem = names.length === 0
    ? "it watches no master"
    : meant.length === 0
    ? "sentinel_masters_pattern matches no master"
    : "which master is meant? Set sentinel_masters_pattern";
  throw new LinkError(
    names.length > 0 ? `${problem}; there are ${names.join(", ")}` : problem,
  );
}

function fieldsOf(reply: Reply[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (let i = 0; i < reply.length; i += 2) {
    fields[text(reply[i])] = text(reply[i + 1]);
  }
  return fields;
}

/** Connects to a server, and sees that it is no replica. */
async function openMaster(
  address: RedisAddress,
  options: RedisOptions,
): Promise<Link> {
  try {
    const link = await Link.open(address, options);
    try {
      await checkRole(link, options.connectTimeoutMs);
      return link;
    } catch (error) {
      link.drop((error as Error).message);
      throw error;
    }
  } catch (error) {
    throw options.sentinel ? new LinkError(at(address, error)) : error;
  }
}

async function checkRole(link: Link, timeoutMs: number): Promise<void> {
  try {
    const [role] = (await link.askWithin(timeoutMs, "ROLE")) as Reply[];
    if (text(role) !== "slave") return;
  } catch (error) {
    // Whoever may not ask finds out by writing.
    if ((error as LinkError).code === "NOPERM") return;
    throw error;
  }
  throw new LinkError(REPLICA);
}
