import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type Split, split } from "../../lib/train/held_out.ts";
import { TooFewNewError } from "../../lib/train/too_few_error.ts";
import type { HeldOutShare } from "../../lib/train/job.ts";

/** Samples by their hash, which is all that counts of them. */
interface Labelled {
  hash: number;
  isSpam: boolean;
}

function splitOf(
  samples: Labelled[],
  current?: HeldOutShare,
  isNew?: (row: number) => boolean,
): Split {
  return split(
    Float64Array.from(samples, ({ hash }) => hash),
    Uint8Array.from(samples, ({ isSpam }) => isSpam ? 1 : 0),
    { unseenBy: [current], isNew },
  );
}

function hashes(atLeast: number): fc.Arbitrary<number[]> {
  return fc.uniqueArray(
    fc.noBias(fc.integer({ min: 0, max: 2 ** 32 - 1 }))
      .map((x) => x / 2 ** 32),
    { minLength: atLeast, maxLength: 200, size: "max" },
  );
}

/** Pools of at least five samples of each class. */
const pools: fc.Arbitrary<Labelled[]> = fc.tuple(hashes(10), fc.nat()).map(
  ([hashes, seed]) =>
    hashes.map((hash, i) => ({
      hash,
      isSpam: i < 5 || (i >= 10 && (hash * 2 ** 32 * 31 + seed) % 3 < 1),
    })),
);

const shares = fc.record({
  spam: fc.double({ min: 0, max: 1, noNaN: true }),
  ham: fc.double({ min: 0, max: 1, noNaN: true }),
});

const CLASSES = [[true, "spam"], [false, "ham"]] as const;

function ofClass(samples: Labelled[], rows: Uint32Array, isSpam: boolean) {
  return [...rows].filter((row) => samples[row].isSpam === isSpam);
}

Deno.test("no sample is trained on and judged by, and both classes are judged", () => {
  const current = fc.option(shares, { nil: undefined });
  fc.assert(fc.property(pools, current, (samples, current) => {
    const { training, judging } = splitOf(samples, current);
    const trained = new Set(training);
    assert(judging.every((row) => !trained.has(row)));
    for (const [isSpam] of CLASSES) {
      assert(ofClass(samples, judging, isSpam).length > 0);
      assert(ofClass(samples, training, isSpam).length > 0);
    }
  }));
});

Deno.test("of each class a tenth is held out, or five, and at most three tenths", () => {
  fc.assert(fc.property(pools, (samples) => {
    const { training, judging } = splitOf(samples);
    assertEquals(training.length + judging.length, samples.length);
    for (const [isSpam] of CLASSES) {
      const size = samples.filter((one) => one.isSpam === isSpam).length;
      const heldOut = ofClass(samples, judging, isSpam).length;
      assert(heldOut >= Math.min(5, Math.floor(0.3 * size)), `${heldOut}`);
      assert(heldOut <= Math.max(1, 0.3 * size), `${heldOut} of ${size}`);
    }
  }));
  const many = Array.from({ length: 20_000 }, (_, i) => ({
    hash: (i * 0.618_033_988_749) % 1,
    isSpam: i % 2 === 0,
  }));
  const { judging, share } = splitOf(many);
  assertEquals(share, { spam: 0.1, ham: 0.1 });
  assert(Math.abs(judging.length - 2000) < 50);
});

Deno.test("a sample is held out by its hash alone", () => {
  fc.assert(fc.property(pools, shares, (samples, current) => {
    const { training, judging, share } = splitOf(samples, current);
    for (const [isSpam, name] of CLASSES) {
      for (const row of ofClass(samples, training, isSpam)) {
        assert(samples[row].hash >= share[name]);
      }
      for (const row of ofClass(samples, judging, isSpam)) {
        assert(samples[row].hash < share[name]);
      }
    }
    const reversed = splitOf(samples.toReversed(), current);
    const mirrored = (rows: Uint32Array) =>
      rows.map((row) => samples.length - 1 - row).toReversed();
    assertEquals(mirrored(reversed.training), training);
    assertEquals(mirrored(reversed.judging), judging);
    assertEquals(reversed.share, share);
  }));
});

Deno.test("nothing judges that the network in service was trained on", () => {
  fc.assert(fc.property(pools, shares, (samples, current) => {
    const { judging, share } = splitOf(samples, current);
    const unseen = samples.filter(({ hash, isSpam }) => {
      const name = isSpam ? "spam" : "ham";
      return hash < Math.min(share[name], current[name]);
    });
    const hasBoth = CLASSES.every(([isSpam]) =>
      unseen.some((one) => one.isSpam === isSpam)
    );
    const heldOut = samples.filter(({ hash, isSpam }) =>
      hash < share[isSpam ? "spam" : "ham"]
    );
    // Where nothing of a class is left, it is judged by what there is.
    assertEquals(
      new Set([...judging].map((row) => samples[row])),
      new Set(hasBoth ? unseen : heldOut),
    );
  }));
});

Deno.test("a pool that grows beyond 17 of a class never holds out what it trained on", () => {
  fc.assert(fc.property(hashes(40), hashes(0), (first, more) => {
    const label = (hash: number, i: number) => ({ hash, isSpam: i % 2 === 0 });
    const small = first.map(label);
    const known = new Set(first);
    const grown = [
      ...small,
      ...more.filter((hash) => !known.has(hash)).map(label),
    ];
    const [before, after] = [splitOf(small), splitOf(grown)];
    // Less than a tenth: by chance that would have been most of the class.
    fc.pre(before.share.spam >= 0.1 && before.share.ham >= 0.1);
    assert(after.share.spam <= before.share.spam);
    assert(after.share.ham <= before.share.ham);
    const heldOut = new Set(after.judging);
    assert(before.training.every((row) => !heldOut.has(row)));
  }));
});

Deno.test("where only new samples judge, no old one takes their place", () => {
  const newRows = fc.integer({ min: 0, max: 100 });
  fc.assert(fc.property(pools, newRows, (samples, percent) => {
    const isNew = (row: number) => samples[row].hash * 977 % 1 < percent / 100;
    const { judging } = splitOf(samples);
    const expected = [...judging].filter(isNew);
    const counts = CLASSES.map(([isSpam]) =>
      ofClass(samples, Uint32Array.from(expected), isSpam).length
    );
    const split = () => splitOf(samples, undefined, isNew);
    if (Math.min(...counts) >= 5) {
      assertEquals([...split().judging], expected);
    } else {
      assertThrows(
        split,
        TooFewNewError,
        `${counts[0]} spam and ${counts[1]} ham`,
      );
    }
  }));
});
