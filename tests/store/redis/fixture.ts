/**
 * What a real rspamd left in Redis, for a Redis of a test.
 *
 * @module
 */

import { decompress } from "../../../lib/zstd.ts";

/** Sends one command to a Redis, and waits for its answer. */
export type Send = (...args: (string | Uint8Array)[]) => Promise<unknown>;

/** What a key held. */
export type DumpedValue =
  & { /** Of keys that expire. */ expireSeconds?: number }
  & (
    | { type: "zset"; members: { value: string; score: number }[] }
    | { type: "hash"; fields: Record<string, Uint8Array> }
    | { type: "set"; members: Uint8Array[] }
  );

/** Keys of a Redis and what they held. */
export interface RedisDump {
  values: ReadonlyMap<string, DumpedValue>;
  /** Puts everything into a Redis that has none of the keys. */
  restore(send: Send): Promise<void>;
}

/** As the files have it. */
type JsonValue =
  & { /** In seconds; −1 for ever. */ ttl: number }
  & (
    | { type: "zset"; members: { value: string; score: number }[] }
    | { type: "hash"; fields_base64: Record<string, string> }
    // Cut to 80 members; `cardinality` says how many there were.
    | { type: "set"; members_base64: string[]; cardinality: number }
  );

/** Longer than the files are. */
const MAX_JSON_BYTES = 10 * 2 ** 20;

/**
 * The keys that a rspamd left. Of the networks (the field `ann`) only those of
 * 3.4's version 2 and of the rule ZSCORE are there, and no PCA tensors: they
 * would be 3 MB.
 *
 * @param folder of `tests/fixtures`, such as `rspamd-3.4`
 */
export function rspamdDump(folder: string): RedisDump {
  const url = new URL(
    `../../fixtures/${folder}/redis.json.zst`,
    import.meta.url,
  );
  const json = decompress(Deno.readFileSync(url), MAX_JSON_BYTES);
  return readRedisDump(new TextDecoder().decode(json));
}

/** Reads a `redis.json`. */
export function readRedisDump(json: string): RedisDump {
  const dumped: Record<string, JsonValue> = JSON.parse(json);
  const values = new Map(
    Object.entries(dumped).map(([key, value]) => [key, valueOf(value)]),
  );
  return {
    values,
    async restore(send) {
      for (const [key, value] of values) await restoreValue(send, key, value);
    },
  };
}

function valueOf(value: JsonValue): DumpedValue {
  const expireSeconds = value.ttl < 0 ? undefined : value.ttl;
  switch (value.type) {
    case "zset":
      return { type: "zset", expireSeconds, members: value.members };
    case "hash": {
      const fields = Object.entries(value.fields_base64).map((
        [name, base64],
      ) => [name, Uint8Array.fromBase64(base64)]);
      return {
        type: "hash",
        expireSeconds,
        fields: Object.fromEntries(fields),
      };
    }
    case "set": {
      const members = value.members_base64.map((one) =>
        Uint8Array.fromBase64(one)
      );
      return { type: "set", expireSeconds, members };
    }
  }
}

async function restoreValue(
  send: Send,
  key: string,
  value: DumpedValue,
): Promise<void> {
  switch (value.type) {
    case "zset":
      await send(
        "ZADD",
        key,
        ...value.members.flatMap((one) => [String(one.score), one.value]),
      );
      break;
    case "hash":
      await send("HSET", key, ...Object.entries(value.fields).flat());
      break;
    case "set":
      await send("SADD", key, ...value.members);
      break;
  }
  if (value.expireSeconds !== undefined) {
    await send("EXPIRE", key, String(value.expireSeconds));
  }
}
