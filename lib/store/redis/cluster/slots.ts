/**
 * Which server of a Redis Cluster has a key
 * (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/).
 *
 * @module
 */

import { addressAt, type RedisAddress } from "../address.ts";
import type { Reply } from "../link.ts";
import { list, text } from "../replies.ts";

/** How many slots there are; each key is in one. */
export const SLOTS = 16_384;

const OPENING = "{".charCodeAt(0);
const CLOSING = "}".charCodeAt(0);

const encoder = new TextEncoder();

/** The slot of a key: of what stands in its first braces, if that is any. */
export function slotOf(key: string): number {
  const bytes = encoder.encode(key);
  const from = bytes.indexOf(OPENING) + 1;
  const to = from > 0 ? bytes.indexOf(CLOSING, from) : -1;
  return crc16(to > from ? bytes.subarray(from, to) : bytes) % SLOTS;
}

/** CRC-16/XMODEM: the polynomial is x¹⁶ + x¹² + x⁵ + 1. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0);
    }
    crc &= 0xffff;
  }
  return crc;
}

/** Slots that follow one another, and the server that takes their writes. */
export interface SlotRange {
  first: number;
  last: number;
  master: RedisAddress;
}

/** What a server knows of its cluster. */
export interface ClusterView {
  ranges: SlotRange[];
  /** All servers, replicas too. */
  servers: RedisAddress[];
}

/**
 * Reads an answer to `CLUSTER SLOTS`.
 *
 * @param asked whose host is meant where none is named
 */
export function readClusterSlots(
  reply: Reply,
  asked: RedisAddress,
): ClusterView {
  const ranges: SlotRange[] = [];
  const servers: RedisAddress[] = [];
  for (const entry of list(reply)) {
    const [first, last, ...nodes] = list(entry);
    const addresses = nodes.map((node) => addressOf(node, asked));
    ranges.push({
      first: first as number,
      last: last as number,
      master: addresses[0],
    });
    servers.push(...addresses);
  }
  return { ranges, servers };
}

function addressOf(node: Reply, asked: RedisAddress): RedisAddress {
  const [host, port] = list(node);
  return addressAt(host === null ? "" : text(host), port as number, asked);
}
