import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { symbolFor, type SymbolOptions } from "../../lib/policy/threshold.ts";

const OPEN: SymbolOptions = {
  symbolSpam: "NEURAL_SPAM",
  symbolHam: "NEURAL_HAM",
  flatThresholdCurve: false,
};
const STRICT = { ...OPEN, spamScoreThreshold: 0.8, hamScoreThreshold: 0.3 };
const FLAT = { ...STRICT, flatThresholdCurve: true };

/** Options, an output, the symbol that is inserted, its score, the threshold. */
const CASES: [SymbolOptions, number, string | null, number, number][] = [
  [OPEN, 0.5, "NEURAL_SPAM", 0.5, 0],
  [OPEN, 1e-9, "NEURAL_SPAM", 1e-9, 0],
  [OPEN, -0.5, "NEURAL_HAM", 0.5, 0],
  // Neither is the side of ham, as in rspamd.
  [OPEN, 0, "NEURAL_HAM", 0, 0],
  [OPEN, -0, "NEURAL_HAM", 0, 0],
  [OPEN, NaN, null, 0, 0],
  [STRICT, 0.8, "NEURAL_SPAM", 0.8, 0.8],
  [STRICT, 0.799, null, 0, 0.8],
  [STRICT, -0.3, "NEURAL_HAM", 0.3, 0.3],
  [STRICT, -0.299, null, 0, 0.3],
  [STRICT, 0, null, 0, 0.3],
  [STRICT, NaN, null, 0, 0.3],
  [FLAT, 0.9, "NEURAL_SPAM", 1, 0.8],
  [FLAT, -1, "NEURAL_HAM", 1, 0.3],
  [FLAT, 0.5, null, 0, 0.8],
  [{ ...OPEN, flatThresholdCurve: true }, 0, "NEURAL_HAM", 1, 0],
  [{ ...OPEN, spamScoreThreshold: 0.5 }, -0.1, "NEURAL_HAM", 0.1, 0],
  [{ ...OPEN, hamScoreThreshold: 0.5 }, 0.1, "NEURAL_SPAM", 0.1, 0],
];

for (const [options, output, symbol, score, threshold] of CASES) {
  Deno.test(`output ${output} inserts ${symbol} with ${score} (${threshold})`, () => {
    assertEquals(symbolFor(output, options), { symbol, score, threshold });
  });
}

Deno.test("thresholds of the model hold where roc_enabled is, and none is set", () => {
  const roc = { ...OPEN, rocEnabled: true };
  const of = (
    output: number,
    options: SymbolOptions,
    learned?: [number, number],
  ) => symbolFor(output, options, learned).threshold;
  assertEquals(of(0.5, roc, [0.6, 0.7]), 0.6);
  assertEquals(symbolFor(0.5, roc, [0.6, 0.7]).symbol, null);
  assertEquals(of(-0.5, roc, [0.6, 0.7]), 0.7);
  assertEquals(of(0.5, roc), 0);
  assertEquals(of(0.5, OPEN, [0.6, 0.7]), 0);
  assertEquals(of(0.5, { ...STRICT, rocEnabled: true }, [0.6, 0.7]), 0.8);
  assertEquals(of(-0.5, { ...STRICT, rocEnabled: true }, [0.6, 0.7]), 0.3);
  assertEquals(
    of(-0.5, { ...roc, spamScoreThreshold: 0.8 }, [0.6, 0.7]),
    0.7,
  );
  // What rspamd writes for classes that are apart.
  assertEquals(symbolFor(-0.1, roc, [-0.99, -0.99]).symbol, "NEURAL_HAM");
});

Deno.test("a symbol is inserted where the output reaches the threshold of its side", () => {
  const threshold = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), {
    nil: undefined,
  });
  const options = fc.record({
    symbolSpam: fc.constant("S"),
    symbolHam: fc.constant("H"),
    spamScoreThreshold: threshold,
    hamScoreThreshold: threshold,
    flatThresholdCurve: fc.boolean(),
  });
  const output = fc.double({ min: -1, max: 1, noNaN: true });
  fc.assert(fc.property(options, output, (options, output) => {
    const { symbol, score } = symbolFor(output, options);
    const least = output > 0
      ? options.spamScoreThreshold ?? 0
      : options.hamScoreThreshold ?? 0;
    const side = output > 0 ? "S" : "H";
    assertEquals(symbol, Math.abs(output) >= least ? side : null);
    const strength = options.flatThresholdCurve ? 1 : Math.abs(output);
    assertEquals(score, symbol === null ? 0 : strength);
  }));
});
