/**
 * Which network addresses belong to everybody, and which to a host or a
 * network of its own (IANA's special-purpose address registries).
 *
 * @module
 */

import { isIP } from "node:net";

/** The first bits of some addresses. */
interface Prefix {
  bytes: readonly number[];
  bits: number;
}

const IPV4_SPECIAL: readonly Prefix[] = [
  "0.0.0.0/8", // this network
  "10.0.0.0/8", // private
  "100.64.0.0/10", // shared by customers of a provider
  "127.0.0.0/8", // loopback
  "169.254.0.0/16", // link-local, and the metadata of clouds
  "172.16.0.0/12", // private
  "192.0.0.0/24", // protocols
  "192.0.2.0/24", // documentation
  "192.88.99.0/24", // relays of 6to4
  "192.168.0.0/16", // private
  "198.18.0.0/15", // benchmarks
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/3", // multicast, reserved and broadcast
].map(prefixOf);

/** All that is global lies in here, */
const IPV6_GLOBAL = prefixOf("2000::/3");
/** but these do not. */
const IPV6_SPECIAL: readonly Prefix[] = [
  "2001::/23", // protocols, and Teredo, which has an IPv4 address inside
  "2001:db8::/32", // documentation
  "2002::/16", // 6to4, which has an IPv4 address inside
  "3fff::/20", // documentation
].map(prefixOf);
/** An IPv4 address follows, and is what counts. */
const IPV4_INSIDE: readonly Prefix[] = [
  "::ffff:0:0/96", // mapped
  "64:ff9b::/96", // NAT64
].map(prefixOf);

const IPV4_LOOPBACK = prefixOf("127.0.0.0/8");
const IPV6_LOOPBACK = prefixOf("::1/128");

/**
 * Whether an address can be reached from everywhere, and so gives away nothing
 * of the network that one is in.
 *
 * @param address IPv4 or IPv6; what is neither is not public
 */
export function isPublicAddress(address: string): boolean {
  const bytes = bytesOf(address);
  if (!bytes) return false;
  if (bytes.length === 4) return !IPV4_SPECIAL.some(isPrefixOf(bytes));
  return isPrefixOf(bytes)(IPV6_GLOBAL) &&
    !IPV6_SPECIAL.some(isPrefixOf(bytes));
}

/** Whether an address is that of this host itself. */
export function isLoopbackAddress(address: string): boolean {
  const bytes = bytesOf(address);
  if (!bytes) return false;
  return isPrefixOf(bytes)(bytes.length === 4 ? IPV4_LOOPBACK : IPV6_LOOPBACK);
}

function isPrefixOf(address: readonly number[]): (prefix: Prefix) => boolean {
  return ({ bytes, bits }) =>
    bytes.every((byte, i) => {
      const mask = 0xff00 >> Math.min(8, Math.max(0, bits - 8 * i));
      return ((byte ^ address[i]) & mask & 255) === 0;
    });
}

function prefixOf(text: string): Prefix {
  const [address, bits] = text.split("/");
  return { bytes: parse(address), bits: Number(bits) };
}

/** The bytes of an address; of one with an IPv4 address inside, those. */
function bytesOf(address: string): readonly number[] | undefined {
  if (isIP(address) === 0) return undefined;
  const bytes = parse(address);
  const isOther = bytes.length === 16 && IPV4_INSIDE.some(isPrefixOf(bytes));
  return isOther ? bytes.slice(12) : bytes;
}

/** The bytes of a valid address; a zone (`%eth0`) does not count. */
function parse(address: string): number[] {
  if (!address.includes(":")) return address.split(".").map(Number);
  const [start, end] = address.replace(/%.*/, "").split("::").map(groups);
  if (end === undefined) return start;
  const zeros = Array<number>(16 - start.length - end.length).fill(0);
  return [...start, ...zeros, ...end];
}

/** The bytes of a part of an IPv6 address, which may end in an IPv4 one. */
function groups(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (group.includes(".")) return group.split(".").map(Number);
    const value = parseInt(group, 16);
    return [value >> 8, value & 255];
  });
}
