import { assert, assertEquals, assertRejects } from "@std/assert";
import { Deadlines } from "../../lib/http/deadline.ts";

class Late extends Error {}
const late = () => new Late();
const never = () => new Promise<never>(() => {});

Deno.test("what is in time comes as it is", async () => {
  const deadlines = new Deadlines(() => 1000);
  assertEquals(await deadlines.within(Promise.resolve(1), late), 1);
  await assertRejects(
    () => deadlines.within(Promise.reject(new TypeError("x")), late),
    TypeError,
    "x",
  );
});

Deno.test("what is late is given up, each at its time", async () => {
  let timeoutMs = 100;
  const deadlines = new Deadlines(() => timeoutMs);
  const begin = performance.now();
  const first = assertRejects(() => deadlines.within(never(), late), Late);
  const done = deadlines.within(Promise.resolve("done"), late);
  timeoutMs = 300;
  const second = assertRejects(() => deadlines.within(never(), late), Late);
  await first;
  const firstMs = performance.now() - begin;
  await second;
  const secondMs = performance.now() - begin;
  assertEquals(await done, "done");
  assert(firstMs >= 100 && firstMs < 290, `${firstMs} ms`);
  assert(secondMs >= 300 && secondMs < 1000, `${secondMs} ms`);
});

Deno.test("what fails after it was given up disturbs nobody", async () => {
  const deadlines = new Deadlines(() => 1);
  const { promise, reject } = Promise.withResolvers<void>();
  await assertRejects(() => deadlines.within(promise, late), Late);
  reject(new Error("too late to matter"));
  await new Promise((resolve) => setTimeout(resolve, 10));
});
