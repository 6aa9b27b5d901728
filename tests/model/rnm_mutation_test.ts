import { assert } from "@std/assert";
import { decode } from "@msgpack/msgpack";
import fc from "fast-check";
import { metatokenNames } from "../../lib/features/metatokens.ts";
import { openModel } from "../../lib/model/model.ts";
import {
  decodeRnm,
  encodeRnm,
  RnmError,
  type RnmModel,
} from "../../lib/model/rnm.ts";
import { NetworkError } from "../../lib/nn/graph.ts";
import { toSparse } from "../../lib/nn/sparse.ts";
import { compress } from "../../lib/zstd.ts";
import { memoryTaken } from "../nn/allocation.ts";
import { mutationsOf, TEN_THOUSAND } from "../nn/mutations.ts";
import { models } from "./arbitrary_model.ts";

const MOST_BYTES = 64 * 2 ** 20;
const SAMPLES = fc.sample(models, 40);

/** A model of rspamd's, with the profile that its file has not. */
function realModel(): RnmModel {
  const folder = new URL("../fixtures/rspamd-4.1.6/", import.meta.url);
  const rnm = decodeRnm(Deno.readFileSync(new URL("ZSCORE.rnm", folder)));
  const profiles: Record<string, string[]> = JSON.parse(
    Deno.readTextFileSync(new URL("profiles.json", folder)),
  );
  const { mean } = rnm.normStats as { mean: number[] };
  const metatokenVersion = 3;
  const [digest, symbols] = Object.entries(profiles).find(([, symbols]) =>
    metatokenNames(metatokenVersion).length + symbols.length === mean.length
  )!;
  return { ...rnm, profile: { digest, symbols, metatokenVersion } };
}

/** Tries to answer by models, and counts what comes of it. */
class Trial {
  refused = 0;
  damaged = 0;
  opened = 0;

  /** Throws for all but an answer and the errors that say what is wrong. */
  answer(rnm: () => RnmModel): void {
    const taken = memoryTaken(() => {
      try {
        const model = openModel(rnm());
        const vector = new Float64Array(model.layout.length).fill(0.5);
        model.predictor.output(toSparse(vector));
        this.opened++;
      } catch (error) {
        if (error instanceof RnmError) this.refused++;
        else if (error instanceof NetworkError) this.damaged++;
        else throw error;
      }
    });
    assert(taken < MOST_BYTES, `${taken} bytes`);
  }
}

/** A file whose checksum has another name, so that nothing looks at it. */
function unsealed(file: Uint8Array): Uint8Array {
  const text = new TextDecoder("latin1").decode(file);
  const at = text.lastIndexOf("sha256");
  assert(at > 0);
  return file.with(at, "S".charCodeAt(0));
}

Deno.test("a damaged file is refused, or a model", () => {
  const files = [...SAMPLES, realModel()].map(encodeRnm).flatMap((file) => [
    file,
    compress(file),
    unsealed(file),
    compress(unsealed(file)),
  ]);
  const trial = new Trial();
  const property = fc.property(
    mutationsOf(files),
    (file) => trial.answer(() => decodeRnm(file)),
  );
  fc.assert(property, TEN_THOUSAND);
  const { refused, opened } = trial;
  assert(opened > 100 && refused > 1000, JSON.stringify(trial));
});

Deno.test("a damaged part is refused, or part of a model", () => {
  const sampled = fc.constantFrom(...SAMPLES);
  const anns = mutationsOf(SAMPLES.map(({ ann }) => ann));
  const matrices = mutationsOf(SAMPLES.flatMap(({ pca }) => pca ?? []));
  const damaged = fc.oneof(
    fc.tuple(sampled, anns).map(([model, ann]) => ({ ...model, ann })),
    fc.tuple(sampled.filter(({ pca }) => pca !== undefined), matrices)
      .map(([model, pca]) => ({ ...model, pca })),
  );
  const trial = new Trial();
  const property = fc.property(damaged, (rnm) => trial.answer(() => rnm));
  fc.assert(property, TEN_THOUSAND);
  const counts = JSON.stringify(trial);
  assert(trial.opened > 100 && trial.damaged > 1000, counts);
});

Deno.test("any change of what a file holds is found by its checksum", () => {
  const files = SAMPLES.map(encodeRnm);
  const property = fc.property(mutationsOf(files), (file) => {
    let said;
    try {
      said = encodeRnm(decodeRnm(file));
    } catch (error) {
      assert(error instanceof RnmError, String(error));
      return;
    }
    // Without the key of the checksum there is none to find it by.
    if (!keysOf(file).includes("sha256")) return;
    const isKnown = files.some((one) => equal(one, said));
    assert(isKnown, "another model with a checksum that fits");
  });
  fc.assert(property, { numRuns: 3000 });
});

function keysOf(file: Uint8Array): string[] {
  const name = (key: unknown) =>
    key instanceof Uint8Array ? new TextDecoder().decode(key) : String(key);
  const options = { rawStrings: true, mapKeyConverter: name };
  return Object.keys(decode(file, options) as Record<string, unknown>);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
