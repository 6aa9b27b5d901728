import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  isLoopbackAddress,
  isPublicAddress,
} from "../../lib/external/address.ts";

const byte = fc.nat(255);

/** Addresses whose first bytes are given. */
function ipv4(...first: number[]): fc.Arbitrary<string> {
  const rest = 4 - first.length;
  return fc.array(byte, { minLength: rest, maxLength: rest })
    .map((bytes) => [...first, ...bytes].join("."));
}

const group = fc.nat(0xffff).map((value) => value.toString(16));

function ipv6(...first: string[]): fc.Arbitrary<string> {
  const rest = 8 - first.length;
  return fc.array(group, { minLength: rest, maxLength: rest })
    .map((groups) => [...first, ...groups].join(":"));
}

const anyIpv4 = ipv4();

Deno.test("addresses of networks of one's own are not public", () => {
  const own = fc.oneof(
    ipv4(0),
    ipv4(10),
    ipv4(127),
    ipv4(169, 254),
    ipv4(192, 168),
    fc.integer({ min: 16, max: 31 }).chain((x) => ipv4(172, x)),
    fc.integer({ min: 64, max: 127 }).chain((x) => ipv4(100, x)),
    fc.integer({ min: 224, max: 255 }).chain((x) => ipv4(x)),
    ipv6("fe80"),
    ipv6("fc12"),
    ipv6("fd00"),
    ipv6("ff02"),
    ipv6("0"),
    ipv6("2002"),
    ipv6("2001", "db8"),
    ipv6("2001", "0"),
    ipv6("64", "ff9b", "1"),
  );
  fc.assert(fc.property(own, (address) => {
    assert(!isPublicAddress(address), address);
  }));
  for (const address of ["::", "::1", "fe80::1%eth0", "", "x", "1.2.3", "1"]) {
    assert(!isPublicAddress(address), address);
  }
});

Deno.test("the others are", () => {
  const examples = [
    ...["1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.0.1", "100.128.0.1"],
    ...["126.1.1.1", "128.0.0.1", "169.253.1.1", "172.15.0.1", "172.32.0.1"],
    ...["192.167.1.1", "192.169.1.1", "198.17.1.1", "198.20.1.1", "223.1.1.1"],
    ...["2606:4700::1111", "2a00:1450:4001::", "2001:200::1", "2001:db9::"],
    ...["2000::", "3ffe::", "2003::1"],
  ];
  for (const address of examples) assert(isPublicAddress(address), address);
});

Deno.test("an IPv4 address inside an IPv6 one is what counts", () => {
  fc.assert(fc.property(anyIpv4, (address) => {
    const [a, b, c, d] = address.split(".").map(Number);
    const hex = `${(256 * a + b).toString(16)}:${(256 * c + d).toString(16)}`;
    for (const prefix of ["::ffff:", "0:0:0:0:0:FFFF:", "64:ff9b::"]) {
      for (const inside of [prefix + address, prefix + hex]) {
        const plain = isPublicAddress(address);
        assertEquals(isPublicAddress(inside), plain, inside);
        assertEquals(
          isLoopbackAddress(inside),
          isLoopbackAddress(address),
          inside,
        );
      }
    }
  }));
});

Deno.test("this host is known", () => {
  for (const address of ["127.0.0.1", "127.9.9.9", "::1", "0:0::1"]) {
    assert(isLoopbackAddress(address), address);
  }
  for (const address of ["128.0.0.1", "::2", "::", "10.0.0.1", "localhost"]) {
    assert(!isLoopbackAddress(address), address);
  }
});
