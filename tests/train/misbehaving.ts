/**
 * Trains in a worker that does as the first argument says, prints what came
 * of it, and ends, and with it the worker: nothing else ends one that hangs.
 *
 * @module
 */

import { Trainer } from "../../lib/train/trainer.ts";
import { pause } from "../daemon/until.ts";
import { easySamples, jobOf } from "./corpus.ts";

/** What is printed, as JSON. */
export interface Outcome {
  /** Why the training failed. */
  message: string;
  /** How often the thread that waits has had its turn meanwhile. */
  turns: number;
  /** Why the process is to be started again, if it is. */
  lost?: string;
  /** Bytes of the network of the next training. */
  next: number;
}

if (import.meta.main) {
  const trainer = new Trainer({
    url: new URL("./misbehaving_worker.ts", import.meta.url),
    endMs: 500,
  });
  let turns = 0;
  setInterval(() => turns++, 10);
  const job = jobOf(easySamples(40), { seed: Number(Deno.args[0]) });
  const limits = { timeoutMs: 2000, mostBytes: 256 * 2 ** 20 };
  const message = await trainer.train(job, limits).then(
    () => "it is done",
    (error: Error) => error.message,
  );
  const lost = await Promise.race([
    trainer.lost.then(({ message }) => message),
    pause(1000).then(() => undefined),
  ]);
  const { ann } = await new Trainer().train(jobOf(easySamples(40)), {
    timeoutMs: 60_000,
  });
  const outcome: Outcome = { message, turns, lost, next: ann.length };
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(outcome)));
  Deno.exit();
}
