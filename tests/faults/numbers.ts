import { decodeSample } from "../../lib/features/sample.ts";
import { openStore } from "../../lib/store/open.ts";
import type { Store } from "../../lib/store/store.ts";

/** The sample of a message in a store. */
export interface KeptSample {
  /** Grows with each one. */
  id: number;
  isSpam: boolean;
}

/** The number of the message that a sample is of, if it is of one. */
export function numberOf(features: Uint8Array): number | undefined {
  const id = decodeSample(features).symbols
    .find((name) => name.startsWith("ID_"));
  return id === undefined ? undefined : Number(id.slice(3));
}

/** The samples in a store, by the numbers of their messages. */
export async function samplesIn(
  store: Store,
): Promise<Map<number, KeptSample>> {
  const kept = new Map<number, KeptSample>();
  for (const series of await store.series()) {
    const { bytes, ends, ids, isSpam } = await store.samples(series);
    for (const [i, end] of ends.entries()) {
      const number = numberOf(bytes.subarray(ends[i - 1] ?? 0, end));
      if (number === undefined) continue;
      kept.set(number, { id: ids[i], isSpam: isSpam[i] === 1 });
    }
  }
  return kept;
}

/** The numbers of the messages in the store of a URL. */
export async function numbersAt(url: string): Promise<Set<number>> {
  const store = await openStore(url);
  try {
    return new Set((await samplesIn(store)).keys());
  } finally {
    await store.close();
  }
}
