import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { Random } from "../../lib/nn/random.ts";

const MASK = 0xffffffffn;
const multiply = (a: bigint, b: bigint) => (a * b) & MASK;
const rotate = (x: bigint, bits: bigint) =>
  ((x << bits) | (x >> (32n - bits))) & MASK;

/** xoshiro128** and splitmix32 as their authors give them, in whole numbers. */
function* reference(seed: number): Generator<number, never> {
  let mixed = (BigInt(seed) ^ (BigInt(seed) >> 32n)) & MASK;
  const state = [0, 0, 0, 0].map(() => {
    mixed = (mixed + 0x9e3779b9n) & MASK;
    let z = mixed;
    z = multiply(z ^ (z >> 16n), 0x21f0aaadn);
    z = multiply(z ^ (z >> 15n), 0x735a2d97n);
    return z ^ (z >> 15n);
  });
  for (;;) {
    const [a, b, c, d] = state;
    yield Number(multiply(rotate(multiply(b, 5n), 7n), 9n)) / 2 ** 32;
    const [e, f] = [c ^ a, d ^ b];
    state[1] = b ^ e;
    state[0] = a ^ f;
    state[2] = e ^ ((b << 9n) & MASK);
    state[3] = rotate(f, 11n);
  }
}

function draw(count: number, next: () => number): number[] {
  return Array.from({ length: count }, () => next());
}

Deno.test("numbers are those of xoshiro128**, whatever the seed", () => {
  const seed = fc.oneof(
    fc.constantFrom(0, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1),
    fc.maxSafeNat(),
  );
  fc.assert(fc.property(seed, (seed) => {
    const random = new Random(seed);
    const expected = reference(seed);
    for (let i = 0; i < 50; i++) {
      assertEquals(random.uniform(), expected.next().value);
    }
  }));
});

Deno.test("a seed gives the same numbers in every version", () => {
  const random = new Random(11_336);
  const first = draw(4, () => random.uniform() * 2 ** 32);
  assertEquals(first, GOLDEN);
  assertNotEquals(new Random(1).uniform(), new Random(2).uniform());
  assertNotEquals(new Random(1).uniform(), new Random(2 ** 32 + 1).uniform());
});

const GOLDEN = [442_785_140, 929_243_813, 657_018_493, 3_392_974_350];

function moments(values: number[]) {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const central = (power: number) =>
    values.reduce((sum, x) => sum + (x - mean) ** power, 0) / values.length;
  const variance = central(2);
  return {
    mean,
    variance,
    skewness: central(3) / variance ** 1.5,
    kurtosis: central(4) / variance ** 2,
  };
}

function assertNear(actual: number, expected: number, tolerance: number): void {
  assert(Math.abs(actual - expected) < tolerance, `${actual}, not ${expected}`);
}

Deno.test("uniform numbers fill [0, 1) evenly", () => {
  const random = new Random(1);
  const values = draw(100_000, () => random.uniform());
  assert(values.every((x) => x >= 0 && x < 1));
  const { mean, variance, kurtosis } = moments(values);
  assertNear(mean, 1 / 2, 0.004);
  assertNear(variance, 1 / 12, 0.002);
  assertNear(kurtosis, 9 / 5, 0.02);
  const bins = new Array(64).fill(0);
  for (const x of values) bins[Math.floor(64 * x)]++;
  const expected = values.length / bins.length;
  const chiSquare = bins.reduce((sum, n) => sum + (n - expected) ** 2, 0) /
    expected;
  // 63 degrees of freedom: beyond 113 once in ten thousand seeds.
  assert(chiSquare < 113, `${chiSquare}`);
});

Deno.test("normal numbers have the moments and the tails of the bell curve", () => {
  const random = new Random(1);
  const values = draw(100_000, () => random.normal());
  const { mean, variance, skewness, kurtosis } = moments(values);
  assertNear(mean, 0, 0.012);
  assertNear(variance, 1, 0.02);
  assertNear(skewness, 0, 0.03);
  assertNear(kurtosis, 3, 0.08);
  const share = (within: (x: number) => boolean) =>
    values.filter(within).length / values.length;
  assertNear(share((x) => Math.abs(x) < 1), 0.682_689, 0.006);
  assertNear(share((x) => Math.abs(x) > 2), 0.045_500, 0.003);
  assertNear(share((x) => Math.abs(x) > 3), 0.002_700, 0.001);
  const pairs = values.slice(1).reduce((sum, x, i) => sum + x * values[i], 0);
  assertNear(pairs / values.length, 0, 0.012);
});

Deno.test("a shuffle only changes the order, and every order is as likely", () => {
  const random = new Random(3);
  fc.assert(fc.property(fc.uint32Array({ maxLength: 20 }), (items) => {
    const shuffled = Uint32Array.from(items);
    random.shuffle(shuffled);
    assertEquals(shuffled.toSorted(), Uint32Array.from(items).toSorted());
  }));
  const orders = new Map<string, number>();
  for (let i = 0; i < 24_000; i++) {
    const items = Uint32Array.of(0, 1, 2, 3);
    random.shuffle(items);
    const order = items.join("");
    orders.set(order, 1 + (orders.get(order) ?? 0));
  }
  assertEquals(orders.size, 24);
  for (const count of orders.values()) assertNear(count, 1000, 130);
});
