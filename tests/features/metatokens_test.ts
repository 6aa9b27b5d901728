import { assertEquals } from "@std/assert";
import {
  METATOKEN_VERSIONS,
  metatokenNames,
  metatokenPosition,
  versionOfLength,
} from "../../lib/features/metatokens.ts";
import { decompressionStream } from "../../lib/zstd.ts";

Deno.test("names are in the order of a real rspamd's header", async () => {
  const url = new URL(
    "../../data/spamassassin.rspamd-4.1.6.jsonl.zst",
    import.meta.url,
  );
  const lines = await firstLines(url, 1);
  const header = JSON.parse(lines[0]);
  assertEquals(header.metatoken_version, 3);
  assertEquals(metatokenNames(3), header.metatokens);
});

/** The first lines of a packed file. */
async function firstLines(url: URL, count: number): Promise<string[]> {
  using file = await Deno.open(url);
  let text = "";
  const chunks = file.readable.pipeThrough(decompressionStream())
    .pipeThrough(new TextDecoderStream());
  for await (const chunk of chunks) {
    text += chunk;
    if (text.split("\n").length > count) break;
  }
  return text.split("\n").slice(0, count);
}

Deno.test("there are 26 metatokens in version 1, and the same and 20 in 3", () => {
  assertEquals(METATOKEN_VERSIONS, [1, 3]);
  assertEquals(metatokenNames(1).length, 26);
  assertEquals(metatokenNames(3).slice(0, 26), metatokenNames(1));
  assertEquals(new Set(metatokenNames(3)).size, 46);
});

Deno.test("positions and versions are found, and others are not", () => {
  for (const version of METATOKEN_VERSIONS) {
    const names = metatokenNames(version);
    names.forEach((name, i) =>
      assertEquals(metatokenPosition(version, name), i)
    );
    assertEquals(versionOfLength(names.length), version);
  }
  assertEquals(metatokenPosition(1, "nhtml_links"), undefined);
  assertEquals(metatokenPosition(3, "constructor"), undefined);
  for (const length of [0, 1, 25, 27, 45, 47, -1, NaN]) {
    assertEquals(versionOfLength(length), undefined);
  }
});
