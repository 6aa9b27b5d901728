/**
 * Who asks, as far as limits distinguish them.
 *
 * @module
 */

/** Everyone at a Unix socket. */
export const UNIX_PEER = "unix";

/**
 * The network that an address is counted with: an IPv4 address alone, or the
 * 64 bits of an IPv6 address that one customer has.
 */
export function networkOf(address: string): string {
  const [, ipv4] = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address) ?? [];
  if (ipv4 !== undefined) return ipv4;
  if (!address.includes(":")) return address;
  const [head, tail] = address.split("%")[0].split("::");
  const groups = head === "" ? [] : head.split(":");
  const after = tail ? tail.split(":") : [];
  if (tail !== undefined) {
    while (groups.length + after.length < 8) groups.push("0");
  }
  const first = [...groups, ...after].slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16));
  return `${first.join(":")}::/64`;
}
