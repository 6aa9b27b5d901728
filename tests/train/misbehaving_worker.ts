/**
 * A worker that is given a job, and does as its seed says.
 *
 * @module
 */

import type { Order } from "../../lib/train/job.ts";

/** What it does, by the seed. */
const BEHAVIOURS: Record<number, () => void> = {
  1: () => {
    throw new Error("out of order");
  },
  2: () => {
    while (true);
  },
  3: () => {
    const kept: unknown[] = [];
    while (true) kept.push(new Array(1000).fill({}));
  },
  4: () => {
    const kept: unknown[] = [];
    while (true) kept.push(new Float64Array(2 ** 20).fill(1));
  },
};

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<Order>) => void;
};

scope.onmessage = ({ data: { job } }) =>
  BEHAVIOURS["seed" in job ? job.seed : 0]();
