/**
 * What is in a Redis, whoever wrote it.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createClient, RESP_TYPES } from "redis";

/** What a key holds; bytes as they are. */
export type RedisValue =
  & (
    | { type: "string"; value: Buffer }
    | { type: "hash"; fields: Record<string, Buffer> }
    | { type: "set"; members: Buffer[] }
    | { type: "list"; elements: Buffer[] }
    | ScoredSet
  )
  & { expireSeconds?: number };

/** The highest score first. */
interface ScoredSet {
  type: "zset";
  members: { value: Buffer; score: number }[];
}

/** All keys of a Redis by name. */
export async function dumpRedis(
  url: string,
): Promise<Record<string, RedisValue>> {
  const client = connect(url);
  await client.connect();
  try {
    const dump: Record<string, RedisValue> = {};
    for (const key of (await client.keys("*")).map(String).sort()) {
      const type = String(await client.type(key));
      // Negative where it does not expire.
      const seconds = await client.ttl(key);
      dump[key] = {
        ...await read(client, key, type),
        ...seconds >= 0 && { expireSeconds: seconds },
      };
    }
    return dump;
  } finally {
    client.destroy();
  }
}

function connect(url: string) {
  return createClient({ url }).withTypeMapping({
    [RESP_TYPES.BLOB_STRING]: Buffer,
  });
}

async function read(
  client: ReturnType<typeof connect>,
  key: string,
  type: string,
): Promise<RedisValue> {
  switch (type) {
    case "string":
      return { type, value: (await client.get(key))! };
    case "hash":
      return { type, fields: { ...await client.hGetAll(key) } };
    case "set":
      return { type, members: await client.sMembers(key) };
    case "list":
      return { type, elements: await client.lRange(key, 0, -1) };
    case "zset": {
      const members = await client.zRangeWithScores(key, 0, -1, { REV: true });
      return { type, members };
    }
    default:
      throw new Error(`${key} is a ${type}, which nobody should write`);
  }
}
