import { assertEquals } from "@std/assert";
import { modelKey, type NetworkName, seriesKey } from "../../lib/model/keys.ts";
import { encodeZBase32 } from "../../lib/model/z_base_32.ts";

const name: NetworkName = {
  rule: "default",
  settings: "default",
  metatokens: 3,
};

Deno.test("keys are those of rspamd 4.x", () => {
  assertEquals(seriesKey("rn", 3, name), "rn3_default_3_default");
  assertEquals(
    modelKey("rn", name, "rpfc144csupqnqf3mm357gbzz", 2),
    "rn_default_default_rpfc144c_2",
  );
  const other: NetworkName = {
    rule: "LONG",
    settings: "outbound",
    metatokens: 1,
  };
  assertEquals(seriesKey("mail", 2, other), "mail2_LONG_1_outbound");
  assertEquals(
    modelKey("mail", other, "7akfayi5kotp", 17),
    "mail_LONG_outbound_7akfayi5_17",
  );
});

Deno.test("the key of a recorded model is that of its profile", () => {
  const url = new URL("../fixtures/rspamd-4.1.6/scans.jsonl", import.meta.url);
  const { rules } = JSON.parse(Deno.readTextFileSync(url).split("\n")[0]);
  for (
    const [rule, { key, digest, version }] of Object.entries(rules) as [
      string,
      { key: string; digest: string; version: number },
    ][]
  ) {
    assertEquals(modelKey("rn", { ...name, rule }, digest, version), key);
  }
});

Deno.test("z-base-32 is written from the lowest bits of the first byte on", () => {
  for (
    const [bytes, text] of [
      [[], ""],
      [[0], "yy"],
      [[1], "by"],
      [[31], "9y"],
      [[32], "yb"],
      [[255], "98"],
      [[0, 0, 0, 0, 8], "yyyyyyyb"],
      [[255, 255, 255, 255, 255], "99999999"],
    ] as const
  ) {
    assertEquals(encodeZBase32(Uint8Array.from(bytes)), text);
  }
  assertEquals(encodeZBase32(new Uint8Array(64)), "y".repeat(103));
});
