import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Access, Token } from "../../../lib/config/token_option.ts";
import {
  CrowdedError,
  TokenBook,
} from "../../../lib/http/access/token_book.ts";
import { HASHES, TOKENS } from "./tokens.ts";

const KNOWN = new Map<string, Token>([
  ["filter", { hash: HASHES.write, access: "write" }],
  ["monitor", { hash: HASHES.read, access: "read" }],
]);

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

Deno.test("a right token is known again, where it came from", async () => {
  const book = new TokenBook();
  assertEquals(book.recall(KNOWN, TOKENS.read, "a"), undefined);
  assertEquals(await book.lookUp(KNOWN, TOKENS.read, "a"), "read");
  assertEquals(book.recall(KNOWN, TOKENS.read, "a"), "read");
  assertEquals(book.recall(KNOWN, TOKENS.read, "b"), undefined);
  assertEquals(book.recall(KNOWN, TOKENS.write, "a"), undefined);
  assertEquals(await book.lookUp(KNOWN, "wrong", "a"), undefined);
  assertEquals(book.recall(KNOWN, "wrong", "a"), undefined);
  // Another configuration may know it still, or otherwise, or no longer.
  const monitor = KNOWN.get("monitor")!;
  const others: [Map<string, Token>, Access | undefined][] = [
    [new Map([["other name", monitor]]), "read"],
    [new Map([["monitor", { ...monitor, access: "write" }]]), "write"],
    [new Map([["monitor", KNOWN.get("filter")!]]), undefined],
    [new Map(), undefined],
  ];
  for (const [tokens, access] of others) {
    assertEquals(book.recall(tokens, TOKENS.read, "a"), access);
  }
});

Deno.test("a token that has both hashes allows more", async () => {
  const tokens = new Map<string, Token>([
    ["a", { hash: HASHES.read, access: "write" }],
    ["b", { hash: HASHES.read, access: "read" }],
  ]);
  const book = new TokenBook();
  assertEquals(await book.lookUp(tokens, TOKENS.read, "a"), "write");
});

Deno.test("a token is refused in a time that does not tell how wrong it is", async () => {
  const book = new TokenBook();
  const kinds = {
    near: TOKENS.write.slice(0, -1) + "X",
    far: "X".repeat(TOKENS.write.length),
    short: "X",
    // As a right one does, so that there is nothing to find out.
    right: TOKENS.write,
  };
  const times: Record<string, number[]> = {};
  const ratios = () =>
    Object.keys(kinds).map((kind) => median(times[kind]) / median(times.far));
  const isAlike = (ratio: number) => ratio > 0.7 && ratio < 1.4;
  // In turn: whatever else the machine does concerns all alike, in the end.
  for (let round = 0; round < 60; round++) {
    if (round >= 9 && ratios().every(isAlike)) break;
    for (const [kind, token] of Object.entries(kinds)) {
      const begin = performance.now();
      await book.lookUp(KNOWN, token, `${round}`);
      (times[kind] ??= []).push(performance.now() - begin);
    }
  }
  assert(ratios().every(isAlike), `in times of far: ${ratios()}`);
});

Deno.test("while tokens are looked into, other work goes on", async () => {
  const book = new TokenBook();
  let isDone = false;
  const begin = performance.now();
  const all = Promise.all(
    ["x", "y", "z"].map((token) => book.lookUp(KNOWN, token, "a")),
  ).then(() => isDone = true);
  const gaps: number[] = [];
  for (let last = begin; !isDone;) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    gaps.push(performance.now() - last);
    last = performance.now();
  }
  await all;
  // In this thread there would be one gap for each hash.
  assert(gaps.length > 12, `${gaps.length} turns`);
  assert(median(gaps) < (performance.now() - begin) / 12);
});

Deno.test("more unknown tokens than can wait are turned away", async () => {
  const book = new TokenBook();
  const wrong = Array.from({ length: 36 }, (_, i) => `wrong-${i}`);
  const one = new Map([...KNOWN].slice(0, 1));
  const outcomes = await Promise.allSettled(
    wrong.map((token) => book.lookUp(one, token, "a")),
  );
  const refused = outcomes.filter(({ status }) => status === "rejected");
  assertEquals(refused.length, 2);
  for (const { reason } of refused as PromiseRejectedResult[]) {
    await assertRejects(() => Promise.reject(reason), CrowdedError);
  }
  assertEquals(await book.lookUp(KNOWN, TOKENS.read, "a"), "read");
});
