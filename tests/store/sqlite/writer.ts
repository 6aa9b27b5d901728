/**
 * A process that writes to a store until it is killed, or has written as
 * much as it was told to, and prints what the store acknowledged: a line for
 * each sample or model, as soon as it may be relied on.
 *
 * Arguments: the path of the store, a name for what it writes, and how many
 * samples to write (all it can, if there is no such argument).
 *
 * @module
 */

import { openSqliteStore } from "../../../lib/store/sqlite/client.ts";
import { publication, sample } from "../samples.ts";

const SERIES = "series";
const IN_FLIGHT = 8;
const EVERY = 10;

const [path, name, limit = "Infinity"] = Deno.args;
const encoder = new TextEncoder();
const store = await openSqliteStore(path);
let next = 0;

function acknowledge(what: string) {
  Deno.stdout.writeSync(encoder.encode(`${what}\n`));
}

async function write(number: number) {
  const word = `${name}-${number}`;
  await store.addSamples(SERIES, [sample("spam", word)], 1e6);
  acknowledge(`sample ${word}`);
  if (number % EVERY !== 0) return;
  const series = `model of ${word}`;
  const bytes = new Uint8Array(20_000).fill(number);
  await store.lock(series, name, 60);
  await store.publish(
    series,
    name,
    publication(word, { fields: { first: bytes, second: bytes } }),
  );
  acknowledge(`model ${word}`);
}

await Promise.all(Array.from({ length: IN_FLIGHT }, async () => {
  while (next < Number(limit)) await write(next++);
}));
await store.close();
