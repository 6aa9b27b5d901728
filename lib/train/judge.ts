/**
 * Judges a network that comes from elsewhere, by the samples of a pool.
 *
 * @module
 */

import { judge, type Judgement } from "../nn/quality/gate.ts";
import { split } from "./held_out.ts";
import type { JudgingJob } from "./job.ts";
import { answers, openNetwork } from "./named_network.ts";
import { isLaterThan, readPool } from "./pool.ts";
import { checkPool } from "./too_few_error.ts";

/**
 * Carries out a judging job: by samples that neither the candidate nor the
 * network in service was trained on, as far as that is known.
 *
 * @throws {import("./too_few_error.ts").TooFewError} when there are too few
 * samples
 * @throws {import("./too_few_error.ts").TooFewNewError} when too few of these
 * are new enough
 * @throws {import("../nn/graph.ts").NetworkError} when a network is damaged
 */
export function runJudging(job: JudgingJob): Judgement {
  const { metatokenVersion, candidate, current } = job;
  const pool = readPool(job, metatokenVersion);
  checkPool(pool);
  const { isSpam } = pool.data;
  const { judging } = split(pool.hashes, isSpam, {
    unseenBy: [current?.heldOut, candidate.heldOut],
    isNew: isLaterThan(job.judgeAfter, pool),
  });
  const open = openNetwork(candidate, metatokenVersion);
  return judge({
    isSpam: Uint8Array.from(judging, (row) => isSpam[row]),
    candidate: answers(open, pool, judging),
    current: current &&
      answers(openNetwork(current, metatokenVersion), pool, judging),
  });
}
