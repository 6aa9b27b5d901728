/** Samples to train on. */

import { type Dataset, DatasetBuilder } from "../../../lib/nn/dataset.ts";
import { Random } from "../../../lib/nn/random.ts";
import { toSparse } from "../../../lib/nn/sparse.ts";
import type { LabelledVectors } from "./dense_twin.ts";

/**
 * Vectors like those of mail: some inputs fire in most samples, others in one
 * of fifty, a few are negative, and about a third of them tell the class.
 */
export function mailLike(
  size: number,
  inputs: number,
  seed: number,
): LabelledVectors {
  const random = new Random(seed);
  const isSpam = Array.from({ length: size }, () => random.uniform() < 0.4);
  const vectors = isSpam.map((spam) =>
    Array.from({ length: inputs }, (_, i) => {
      const rare = 0.02 + 0.5 * (i / inputs) ** 2;
      const told = i % 3 === 0 ? (spam === (i % 2 === 0) ? 2 : 0.2) : 1;
      if (random.uniform() >= Math.min(0.9, rare * told)) return 0;
      const value = 0.1 + 0.9 * random.uniform();
      return Math.fround(random.uniform() < 0.1 ? -value : value);
    })
  );
  return { inputs, vectors, isSpam };
}

/** The same as training takes it. */
export function datasetOf(
  { inputs, vectors, isSpam }: LabelledVectors,
): Dataset {
  const builder = new DatasetBuilder();
  vectors.forEach((vector, i) => {
    const { indices, values } = toSparse(vector);
    builder.add(indices, values, isSpam[i]);
  });
  return builder.build(inputs);
}
