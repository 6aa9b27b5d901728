import { decodeSample } from "../../lib/features/sample.ts";
import { openStore } from "../../lib/store/open.ts";

/** The numbers of the messages in the store of a URL. */
export async function numbersAt(url: string): Promise<Set<number>> {
  const store = await openStore(url);
  const numbers = new Set<number>();
  try {
    for (const series of await store.series()) {
      const { bytes, ends } = await store.samples(series);
      for (const [i, end] of ends.entries()) {
        const { symbols } = decodeSample(bytes.subarray(ends[i - 1] ?? 0, end));
        const id = symbols.find((name) => name.startsWith("ID_"));
        if (id) numbers.add(Number(id.slice(3)));
      }
    }
    return numbers;
  } finally {
    await store.close();
  }
}
