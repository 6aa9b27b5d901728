import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { featuresOf } from "../../lib/features/features.ts";
import { Layout } from "../../lib/features/layout.ts";
import type { MetatokenVersion } from "../../lib/features/metatokens.ts";
import { metatokenNames } from "../../lib/features/metatokens.ts";
import { parseScan } from "../../lib/features/scan.ts";
import { toDense } from "../../lib/nn/sparse.ts";

/** A message that a real rspamd scanned, with the vectors that it computed. */
interface RecordedScan {
  symbols: Record<string, { score: number; weight?: number }>;
  metatokens: number[];
  rules: Record<string, { digest: string; vector: number[] }>;
}

function fixture(folder: string, name: string): string {
  const url = new URL(`../fixtures/${folder}/${name}`, import.meta.url);
  return Deno.readTextFileSync(url);
}

/**
 * A composite symbol: in a few of the scans rspamd inserted it after it had
 * made the vector, so the scan has it and the vector does not.
 */
const INSERTED_LATER = "AUTH_NA";

const NONE: ReadonlySet<string> = new Set();

for (
  const [folder, version] of [["rspamd-3.4", 1], ["rspamd-4.1.6", 3]] as [
    string,
    MetatokenVersion,
  ][]
) {
  Deno.test(`vectors are those that ${folder} computed`, () => {
    const profiles = JSON.parse(fixture(folder, "profiles.json"));
    const lines = fixture(folder, "scans.jsonl").trim().split("\n");
    let vectors = 0;
    let later = 0;
    for (const line of lines) {
      const recorded: RecordedScan = JSON.parse(line);
      const features = featuresOf(parseScan(recorded), version, NONE);
      for (const rule of Object.values(recorded.rules)) {
        const layout = new Layout(version, profiles[rule.digest]);
        const vector = toDense(layout.vectorOf(features));
        assertEquals(vector.length, rule.vector.length);
        rule.vector.forEach((x, i) => {
          const name = layout.nameAt(i);
          if (name === INSERTED_LATER && x !== vector[i]) later++;
          else assertAlmostEquals(vector[i], x, 1e-6, name);
        });
        vectors++;
      }
    }
    assert(vectors >= 120, `${vectors} vectors`);
    assertEquals(later, version === 1 ? 0 : 4);
  });

  Deno.test(`the spellings of a scan give the same vector (${folder})`, () => {
    const profiles: string[][] = Object.values(
      JSON.parse(fixture(folder, "profiles.json")),
    );
    const layout = new Layout(version, profiles[0]);
    for (const line of fixture(folder, "scans.jsonl").trim().split("\n")) {
      const { symbols, metatokens }: RecordedScan = JSON.parse(line);
      const respell = (
        spell: (s: { score: number; weight?: number }, name: string) => unknown,
      ) =>
        Object.fromEntries(
          Object.entries(symbols).map(([name, s]) => [name, spell(s, name)]),
        );
      const spellings = [
        respell((s, name) => ({
          name,
          score: s.score,
          metric_score: s.weight,
          options: ["x"],
        })),
        respell((s) => [s.score, s.weight ?? null]),
        // Mixed: every second one in another spelling.
        respell((s, name) => name.length % 2 ? s : [s.score, s.weight ?? null]),
        Object.entries(symbols).map(([name, s]) => ({ name, ...s })),
      ];
      const named = Object.fromEntries(
        metatokens.map((x, i) => [metatokenNames(version)[i], x]),
      );
      const vectors = spellings.flatMap((symbols) =>
        [metatokens, named].map((metatokens) =>
          toDense(layout.vectorOf(
            featuresOf(parseScan({ symbols, metatokens }), version, NONE),
          ))
        )
      );
      for (const vector of vectors) assertEquals(vector, vectors[0]);
    }
  });
}
