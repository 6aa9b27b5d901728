import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { parseLabelledLine } from "../lib/features/labelled.ts";
import { profileDigest } from "../lib/model/profile.ts";
import { decompress } from "../lib/zstd.ts";

/**
 * Of the SpamAssassin corpus as rspamd 4.1.6 scanned it. The file is data that
 * no build makes, so what it is is written down here.
 */
const SHA_256 =
  "f6c560d19cf8397f971355845ca9bc2e59329198551d32ebdbe6768cf986148b";

Deno.test("the corpus of the demo is the one that it says it is", () => {
  const url = new URL(
    "../data/spamassassin.rspamd-4.1.6.jsonl.zst",
    import.meta.url,
  );
  const file = Deno.readFileSync(url);
  assertEquals(createHash("sha256").update(file).digest("hex"), SHA_256);
  const text = new TextDecoder().decode(decompress(file, 2 ** 30));
  const lines = text.trim().split("\n").map((line, i) =>
    parseLabelledLine(line, i + 1)
  );
  const [first, ...others] = lines;
  if (!("header" in first)) throw new Error("there is no header");
  assertEquals(first.header.metatokenVersion, 3);
  assertEquals(
    profileDigest(first.header.symbols!),
    JSON.parse(text.slice(0, text.indexOf("\n"))).profile.digest,
  );
  const counts = { spam: 0, ham: 0 };
  for (const line of others) {
    if ("labelled" in line) counts[line.labelled.class]++;
  }
  assertEquals(counts, { spam: 1521, ham: 3317 });
});
