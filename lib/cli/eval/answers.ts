/**
 * What judges answer to labelled scans.
 *
 * @module
 */

import type { PlacedScan } from "../labelled_file.ts";
import type { Judge } from "./judge.ts";
import { Worst } from "./worst.ts";

/** Scans that are judged together, by one request to a server. */
const BATCH = 500;

/** What judges answered to all scans of which each had an opinion. */
export interface Answers {
  /** 1 for spam, 0 for ham. */
  isSpam: Uint8Array;
  /** For each judge. */
  outputs: Float64Array[];
  /** For each judge. */
  worst: Worst[];
  /** Scans of which one judge or both had no opinion. */
  unanswered: number;
}

/**
 * Has scans judged.
 *
 * @param scans from wherever they come
 * @param most how many of the worst to keep
 * @param onJudged called with the number of scans so far
 * @throws {import("../usage_error.ts").UsageError} when one cannot be judged
 */
export async function answersTo(
  scans: AsyncIterable<PlacedScan>,
  judges: readonly Judge[],
  most: number,
  onJudged: (count: number) => void,
): Promise<Answers> {
  const isSpam: number[] = [];
  const outputs = judges.map((): number[] => []);
  const worst = judges.map(() => new Worst(most));
  let unanswered = 0;
  for await (const batch of inBatches(scans)) {
    const said = await Promise.all(judges.map((judge) => judge.judge(batch)));
    for (const [i, scan] of batch.entries()) {
      const opinions = said.map((answers) => answers[i]);
      if (opinions.includes(undefined)) {
        unanswered++;
        continue;
      }
      isSpam.push(scan.class === "spam" ? 1 : 0);
      for (const [k, output] of (opinions as number[]).entries()) {
        outputs[k].push(output);
        worst[k].add(scan, output);
      }
    }
    onJudged(isSpam.length + unanswered);
  }
  return {
    isSpam: Uint8Array.from(isSpam),
    outputs: outputs.map((one) => Float64Array.from(one)),
    worst,
    unanswered,
  };
}

async function* inBatches(
  scans: AsyncIterable<PlacedScan>,
): AsyncGenerator<PlacedScan[]> {
  let batch: PlacedScan[] = [];
  for await (const scan of scans) {
    batch.push(scan);
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
