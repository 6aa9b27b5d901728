import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { SqliteCore } from "../../../lib/store/sqlite/core.ts";
import { IN_MEMORY, openDatabase } from "../../../lib/store/sqlite/database.ts";
import {
  type Arguments,
  type Call,
  type OperationName,
  type Operations,
  perform,
} from "../../../lib/store/sqlite/operations.ts";
import { anySample } from "../arbitrary_sample.ts";
import { publication } from "../samples.ts";
import { referenceStore } from "../reference.ts";

const series = fc.constantFrom("first", "second");
const key = fc.constantFrom("k1", "k2", "k3");
const holder = fc.constantFrom("me", "you");
const seconds = fc.integer({ min: 0, max: 4 });
const sampleId = fc.integer({ min: 0, max: 40 });
const settlement = fc.record({
  upTo: sampleId,
  retain: fc.integer({ min: 0, max: 3 }),
});
const someSamples = fc.array(anySample, { maxLength: 5 });
const fields = fc.dictionary(fc.string(), fc.uint8Array(), { maxKeys: 2 });
const published = fc.record({
  key,
  settlement,
  version: fc.nat(9),
  fields,
}).map(({ key, settlement, version, fields }) => {
  const { profile, ...rest } = publication(key);
  return { ...rest, profile: { ...profile, version }, settlement, fields };
});

/** How the arguments of each operation are made up. */
const ARGUMENTS: {
  [Name in OperationName]: fc.Arbitrary<Arguments<Name>>;
} = {
  check: fc.constant([]),
  series: fc.constant([]),
  overview: fc.tuple(fc.array(series, { maxLength: 3 })),
  profiles: fc.tuple(series),
  model: fc.oneof(
    fc.tuple(series, key),
    fc.tuple(series, key, fc.subarray(["ann", "other", "training"])),
  ),
  touch: fc.tuple(series, key),
  carryOver: fc.tuple(
    series,
    key,
    published.map(({ profile }) => profile),
    fields,
  ),
  prune: fc.tuple(
    series,
    fc.record({ keep: seconds, unusedSeconds: fc.nat(30), serving: key }, {
      requiredKeys: ["keep", "unusedSeconds"],
    }),
  ),
  remove: fc.tuple(series, key),
  counts: fc.tuple(series),
  pool: fc.tuple(series),
  addSamples: fc.tuple(series, someSamples, fc.integer({ min: 0, max: 4 })),
  reserve: fc.tuple(
    series,
    fc.record({
      prefix: fc.constantFrom("a", "b"),
      class: fc.constantFrom("spam", "ham"),
      wanted: fc.nat(4),
      limit: fc.nat(6),
    }),
  ),
  samples: fc.tuple(series),
  takeIn: fc.tuple(series),
  quarantine: fc.tuple(
    series,
    fc.array(fc.record({ id: sampleId, reason: fc.string() }), {
      maxLength: 3,
    }),
  ),
  lock: fc.tuple(series, holder, seconds),
  extendLock: fc.tuple(series, holder),
  unlock: fc.tuple(series, holder),
  publish: fc.tuple(series, holder, published),
  recordTraining: fc.oneof(
    fc.tuple(series, holder, fc.string(), settlement),
    fc.tuple(series, holder, fc.string()),
  ),
  trainings: fc.tuple(series, fc.nat(5)),
};

/** Operations that much depends on come more often than once. */
const WEIGHTS: Partial<Record<string, number>> = {
  addSamples: 6,
  lock: 6,
  publish: 6,
};

const call: fc.Arbitrary<Call> = fc.oneof(
  ...Object.entries(ARGUMENTS).map(([name, args]) => ({
    weight: WEIGHTS[name] ?? 1,
    arbitrary: args.map((args): Call => ({
      name: name as OperationName,
      args,
    })),
  })),
);

const script = fc.array(
  fc.record({
    /** Clocks may be set back. */
    passSeconds: fc.constantFrom(0, 0, 1, 2, 4, -1),
    calls: fc.array(call, { minLength: 1, maxLength: 8 }),
  }),
  { maxLength: 40 },
);

/** Everything that a store answers when asked without changing it. */
function view(answer: (call: Call) => unknown): unknown[] {
  return [
    answer({ name: "series", args: [] }),
    ...["first", "second"].flatMap((series) => [
      answer({ name: "profiles", args: [series] }),
      answer({ name: "counts", args: [series] }),
      answer({ name: "pool", args: [series] }),
      answer({ name: "samples", args: [series] }),
      answer({ name: "trainings", args: [series, 1_000] }),
    ]),
  ];
}

Deno.test("SQLite answers any sequence of calls as the reference does", () => {
  fc.assert(
    fc.property(script, (steps) => {
      let now = 10;
      const clock = () => now;
      const core = new SqliteCore(openDatabase(IN_MEMORY), "sqlite:", clock);
      const reference: Operations = referenceStore(clock);
      const askReference = (call: Call) => perform(reference, call);
      const askCore = (call: Call) => {
        const [outcome] = core.run([call]);
        assert("value" in outcome, JSON.stringify(outcome));
        return outcome.value;
      };
      for (const { passSeconds, calls } of steps) {
        now += passSeconds;
        const expected = calls.map((call) => ({ value: askReference(call) }));
        assertEquals(core.run(calls), expected);
        assertEquals(view(askCore), view(askReference));
      }
      core.close();
    }),
    { numRuns: 200 },
  );
});
