import { assertEquals } from "@std/assert";
import type { KeptSample } from "../faults/numbers.ts";
import { Ledger } from "./ledger.ts";

const RETAINED = 2;

/** A store with samples of these numbers, in this order; even ones are spam. */
const storeOf = (...numbers: number[]) => () =>
  Promise.resolve(
    new Map(numbers.map((number, i): [number, KeptSample] => [
      number,
      { id: 100 + i + number, isSpam: number % 2 === 0 },
    ])),
  );

function ledgerOf(...numbers: number[]): Ledger {
  const ledger = new Ledger(RETAINED);
  for (const number of numbers) ledger.add({ number, sentAt: number });
  return ledger;
}

Deno.test("what was acknowledged and never came is lost, and told once", async () => {
  const ledger = ledgerOf(1, 2, 3);
  assertEquals(await ledger.audit(storeOf(1, 3)), [2]);
  assertEquals(await ledger.audit(storeOf(1, 3)), []);
});

Deno.test("what has made room for enough newer ones of its class is not lost", async () => {
  const ledger = ledgerOf(0, 2, 4, 1, 3, 5);
  assertEquals(await ledger.audit(storeOf(0, 2, 4, 1, 3, 5)), []);
  assertEquals(await ledger.audit(storeOf(2, 4, 1, 3, 5)), []);
  // Of ham only one newer one is there.
  assertEquals(await ledger.audit(storeOf(2, 4, 5)), [1, 3]);
});

Deno.test("of a store that is no more nothing is missed", async () => {
  const ledger = ledgerOf(1, 2, 3);
  await ledger.audit(storeOf(1, 2, 3));
  ledger.forgetUntil(2);
  // Acknowledged only now, but sent before.
  ledger.add({ number: 0, sentAt: 2 });
  assertEquals(await ledger.audit(storeOf(3)), []);
  assertEquals(await ledger.audit(storeOf()), [3]);
});
