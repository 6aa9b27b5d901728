import { assert, assertEquals, assertThrows } from "@std/assert";
import { parseScan } from "../../../lib/features/scan.ts";
import { AUTOLEARN_DEFAULTS } from "../../../lib/policy/autolearn/options.ts";
import type { Guard, GuardContext } from "../../../lib/policy/guards/guard.ts";
import {
  askGuards,
  Guards,
  inOrderOfPriority,
} from "../../../lib/policy/guards/guards.ts";

const SCAN = parseScan({ symbols: { A: 1 }, score: 7, action: "reject" });
const CONTEXT: GuardContext = {
  rule: "default",
  score: 7,
  action: "reject",
  options: AUTOLEARN_DEFAULTS,
};

/** What guards answer, and what they failed with. */
async function ask(guards: Guards) {
  const failures: string[] = [];
  const refusal = await askGuards(
    inOrderOfPriority(guards.list()),
    SCAN,
    "spam",
    CONTEXT,
    (name, { message }) => failures.push(`${name}: ${message}`),
  );
  return { refusal, failures };
}

Deno.test("without guards nothing is refused", async () => {
  assertEquals(await ask(new Guards()), { refusal: undefined, failures: [] });
});

Deno.test("guards are asked by priority, and the first refusal wins", async () => {
  const guards = new Guards();
  const asked: string[] = [];
  const add = (name: string, priority?: number, answer: boolean = true) =>
    guards.register(name, (scan, mailClass, context) => {
      assertEquals([scan, mailClass, context], [SCAN, "spam", CONTEXT]);
      asked.push(name);
      return answer;
    }, { priority });
  assertEquals(add("second"), "second");
  add("last", -1);
  add("first", 5);
  add("third");
  assertEquals((await ask(guards)).refusal, undefined);
  assertEquals(asked, ["first", "second", "third", "last"]);
  asked.length = 0;
  add("refusing", 1, false);
  assertEquals((await ask(guards)).refusal, "refusing");
  assertEquals(asked, ["first", "refusing"]);
  assertEquals(guards.unregister("refusing"), true);
  assertEquals(guards.unregister("refusing"), false);
  assertEquals((await ask(guards)).refusal, undefined);
});

/** Guards, and what is said of their answers. */
const ANSWERS: [string, Guard, string | undefined][] = [
  ["true", () => true, undefined],
  ["false", () => false, "G"],
  ["a reason", () => "not today", "not today"],
  ["an empty reason", () => "", "G"],
  ["a promise of true", () => Promise.resolve(true), undefined],
  ["a promise of a reason", () => Promise.resolve("later"), "later"],
  ["nothing", (() => {}) as unknown as Guard, "G"],
  ["a number", (() => 1) as unknown as Guard, "G"],
];

for (const [what, guard, expected] of ANSWERS) {
  Deno.test(`a guard answers ${what}`, async () => {
    const guards = new Guards();
    guards.register("G", guard);
    assertEquals(await ask(guards), { refusal: expected, failures: [] });
    const [{ asked, refused, failed }] = guards.list().map((one) => one.status);
    assertEquals(
      [asked, refused, failed],
      [1, expected === undefined ? 0 : 1, 0],
    );
  });
}

/** Guards that give no answer, and why. */
const FAILURES: [string, Guard, string][] = [
  ["throws", () => {
    throw new Error("broken");
  }, "broken"],
  ["rejects", () => Promise.reject(new Error("broken")), "broken"],
  ["rejects with a text", () => Promise.reject("broken"), "broken"],
  ["hangs", () => new Promise(() => {}), "it took longer than 0.05 s"],
  [
    "ends when it is aborted",
    (_scan, _class, _context, signal) =>
      new Promise((_, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason))
      ),
    "it took longer than 0.05 s",
  ],
];

for (const [what, guard, why] of FAILURES) {
  for (const onError of ["block", "allow"] as const) {
    Deno.test(`a guard that ${what}: ${onError}`, async () => {
      const guards = new Guards();
      guards.register("G", guard, { timeoutSeconds: 0.05, onError });
      assertEquals(await ask(guards), {
        refusal: onError === "block" ? `G gave no answer: ${why}` : undefined,
        failures: [`G: ${why}`],
      });
      assertEquals(guards.list()[0].status, {
        name: "G",
        priority: 0,
        asked: 1,
        refused: 0,
        failed: 1,
        last_error: why,
      });
    });
  }
}

Deno.test("many are asked together, and not too many", async () => {
  const guards = new Guards();
  let [inside, most] = [0, 0];
  guards.register("G", async () => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setTimeout(resolve, 5));
    inside--;
    return true;
  });
  const refusals = await Promise.all(
    Array.from({ length: 200 }, async () => (await ask(guards)).refusal),
  );
  assert(refusals.every((refusal) => refusal === undefined));
  assertEquals(most, 32);
});

Deno.test("who waits for a guard's other answers waits no longer for its own", async () => {
  const guards = new Guards();
  guards.register("G", async () => {
    await new Promise((resolve) => setTimeout(resolve, 40));
    return true;
  }, { timeoutSeconds: 0.2 });
  // Six times one after the other, which is more than the timeout.
  const answers = await Promise.all(
    Array.from({ length: 6 * 32 }, () => ask(guards)),
  );
  assertEquals(answers.flatMap(({ failures }) => failures), []);
});

Deno.test("what is no guard is not registered", () => {
  const guards = new Guards();
  const wrong: [unknown, object, string][] = [
    [undefined, {}, "a function is needed"],
    [() => true, { priority: NaN }, "the priority is not a number"],
    [() => true, { timeoutSeconds: 0 }, "the timeout is not above 0"],
    [() => true, { timeoutSeconds: Infinity }, "the timeout is not above 0"],
  ];
  for (const [guard, options, message] of wrong) {
    assertThrows(
      () => guards.register("G", guard as Guard, options),
      TypeError,
      message,
    );
  }
  guards.register("G", () => true);
  assertThrows(
    () => guards.register("G", () => true),
    TypeError,
    'there is a guard "G" already',
  );
  assertEquals(guards.list().length, 1);
});
