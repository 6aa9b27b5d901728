import { assertEquals, assertThrows } from "@std/assert";
import { isLocalAddress } from "../../lib/features/ip_address.ts";
import { parseScan, ScanError } from "../../lib/features/scan.ts";

function scanOf(json: object) {
  return parseScan({ symbols: [], ...json });
}

Deno.test("a message id is what stands between the brackets", () => {
  const cases: [object, string | undefined][] = [
    [{}, undefined],
    [{ message_id: "a@b" }, "a@b"],
    [{ message_id: " <a@b>\r\n" }, "a@b"],
    [{ message_id: "< a@b >" }, "a@b"],
    [{ "message-id": "<a@b>" }, "a@b"],
    [{ message_id: "a@b", "message-id": "c@d" }, "a@b"],
    [{ message_id: null, "message-id": "c@d" }, "c@d"],
    [{ "message-id": "undef" }, undefined],
    [{ message_id: "" }, undefined],
    [{ message_id: "<>" }, undefined],
    [{ message_id: "x".repeat(998) }, "x".repeat(998)],
  ];
  for (const [json, expected] of cases) {
    assertEquals(scanOf(json).messageId, expected, JSON.stringify(json));
  }
});

Deno.test("who sent a message, from where, and what modules said", () => {
  const { user, ip, variables } = scanOf({
    user: "alice",
    ip: "2001:db8::1",
    variables: { neural_prob: 0.5, constructor: -1 },
  });
  assertEquals([user, ip], ["alice", "2001:db8::1"]);
  assertEquals(variables, { neural_prob: 0.5, constructor: -1 });
  const none = scanOf({ user: "", ip: "", variables: null });
  assertEquals([none.user, none.ip, none.variables], [
    ...[undefined, undefined, undefined],
  ]);
});

const MALFORMED: [object, string][] = [
  [{ message_id: 7 }, "message_id:"],
  [{ message_id: "x".repeat(999) }, "message_id:"],
  [{ "message-id": [] }, "message-id:"],
  [{ user: 7 }, "user:"],
  [{ user: "x".repeat(257) }, "user:"],
  [{ ip: "localhost" }, "ip:"],
  [{ ip: "10.0.0.1:25" }, "ip:"],
  [{ ip: 7 }, "ip:"],
  [{ variables: [1] }, "variables:"],
  [{ variables: "x" }, "variables:"],
  [{ variables: { a: "1" } }, "variables.a:"],
  [{ variables: { a: Infinity } }, "variables.a:"],
  [{ variables: { "": 1 } }, "variables:"],
  [
    {
      variables: Object.fromEntries(
        Array.from({ length: 65 }, (_, i) => [i, i]),
      ),
    },
    "variables:",
  ],
];

for (const [json, field] of MALFORMED) {
  const text = JSON.stringify(json).slice(0, 40);
  Deno.test(`a scan with ${text} is refused by the name of the field`, () => {
    const { message } = assertThrows(() => scanOf(json), ScanError);
    assertEquals(message.slice(0, field.length), field);
  });
}

Deno.test("addresses of local networks", () => {
  const local = "127.0.0.1 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 " +
    "169.254.3.4 ::1 fd12::1 fe80::1 fe80::1%eth0 fec0::1 ::ffff:10.0.0.1";
  const remote =
    "128.0.0.1 11.0.0.1 172.15.0.1 172.32.0.1 192.169.0.1 8.8.8.8 " +
    "::2 2001:db8::1 fc00::1 ::ffff:8.8.8.8";
  for (const address of local.split(" ")) {
    assertEquals(isLocalAddress(address), true, address);
  }
  for (const address of remote.split(" ")) {
    assertEquals(isLocalAddress(address), false, address);
  }
});
