/**
 * IP addresses, as far as it matters where a message came from.
 *
 * @module
 */

import { BlockList, isIP } from "node:net";

/** What rspamd takes for local unless told otherwise (`local_addrs`). */
const LOCAL_NETWORKS: readonly [address: string, prefixBits: number][] = [
  ["127.0.0.0", 8],
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["169.254.0.0", 16],
  ["::1", 128],
  ["fd00::", 8],
  ["fe80::", 10],
  ["fec0::", 10],
];

const LOCAL = new BlockList();
for (const [address, prefixBits] of LOCAL_NETWORKS) {
  LOCAL.addSubnet(address, prefixBits, familyOf(address));
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}

/** Whether a text is an IPv4 or IPv6 address, without a port. */
export function isIpAddress(text: string): boolean {
  return isIP(text) !== 0;
}

/**
 * Whether an address is of a local or private network, by the defaults of
 * rspamd's `local_addrs` and what its addresses call local by themselves.
 *
 * @param address an IP address; IPv4 may be mapped into IPv6
 */
export function isLocalAddress(address: string): boolean {
  const [withoutZone] = address.split("%");
  return LOCAL.check(withoutZone, familyOf(withoutZone));
}
