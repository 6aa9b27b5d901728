import { assert, assertEquals, assertRejects } from "@std/assert";
import { openStore } from "../../lib/store/open.ts";
import { StoreError } from "../../lib/store/store.ts";
import { samples, wordsOf } from "./samples.ts";
import { inTemporaryFolder } from "./sqlite/temporary.ts";

Deno.test("sqlite: is followed by a path as it stands", () =>
  inTemporaryFolder(async (folder) => {
    const url = `sqlite:${folder}/a%20b?c#d/neurald.sqlite`;
    const store = await openStore(url);
    assertEquals(store.url, url);
    await store.check();
    await store.close();
    assert(Deno.statSync(`${folder}/a%20b?c#d/neurald.sqlite`).isFile);
  }));

Deno.test("a relative path starts at the current folder", async () => {
  const folder = await Deno.makeTempDir({ dir: Deno.cwd(), prefix: ".test-" });
  try {
    const name = folder.slice(Deno.cwd().length + 1);
    const store = await openStore(`sqlite:${name}/neurald.sqlite`);
    await store.close();
    assert(Deno.statSync(`${folder}/neurald.sqlite`).isFile);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("sqlite::memory: is gone when it is closed", async () => {
  for (const expected of ["a", "b"]) {
    const store = await openStore("sqlite::memory:");
    await store.addSamples("series", samples("spam", expected), 10);
    assertEquals(wordsOf(await store.samples("series")), expected);
    await store.close();
  }
});

Deno.test("other URLs are refused, and never shown whole", async () => {
  const refused: [url: string, ...parts: string[]][] = [
    ["redis://user:secret@127.0.0.1:1", "redis://127.0.0.1:1: it refuses"],
    ["rediss://:secret@127.0.0.1:1/0", "rediss://127.0.0.1:1: it refuses"],
    ["redis+unix://:secret@localhost/none", "redis+unix:///none: there is no"],
    ["redis+unix:///none?secret=1", "redis+unix: this is no address"],
    ["redis://:secret@", "redis: this is no address"],
    ["redis://:secret@host?x=secret", "redis: this is no address"],
    ["redis://:%ffsecret@host", "redis: this is no address"],
    ["REDIS://secret@", "redis: this is no address"],
    ["redis2://secret", "redis2: there is no such", "sqlite:PATH"],
    ["postgres://secret@host", "postgres: there is no such", "sqlite:PATH"],
    ["/var/lib/secret", "not named by a URL", "sqlite:PATH"],
    ["secret", "not named by a URL", "sqlite:PATH"],
    ["", "not named by a URL", "sqlite:PATH"],
    ["sqlite:", "sqlite:: this is no path", "sqlite:PATH"],
    ["sqlite:///var/lib/neurald", "this is no path", "sqlite:PATH"],
  ];
  for (const [url, ...parts] of refused) {
    const { message } = await assertRejects(() => openStore(url), StoreError);
    for (const part of parts) assert(message.includes(part), message);
    assert(!message.includes("secret"), message);
  }
});
