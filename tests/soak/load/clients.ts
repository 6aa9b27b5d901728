/**
 * The thread of clients: it does as `protocol.ts` has it.
 *
 * @module
 */

import { Learning } from "./learning.ts";
import { keepPace } from "./pace.ts";
import type { News, Order, Rates, Result } from "./protocol.ts";
import { Scoring } from "./scoring.ts";
import { emptyTally, type Tally } from "./tally.ts";

/** How often it tells what has happened. */
const NEWS_MS = 50;
/** How long it is waited for models to compare with at the end. */
const MODELS_MS = 3000;

/** The worker's side of the channel. */
interface WorkerScope {
  onmessage: (event: MessageEvent<Order>) => void;
  postMessage(message: News | Result): void;
}

const scope = globalThis as unknown as WorkerScope;

/** What happens in each phase. */
class Phases {
  readonly tallies = new Map<string, Tally>();
  #current = emptyTally();
  #begunAt = performance.now();

  get current(): Tally {
    return this.#current;
  }

  begin(phase: string): void {
    this.end();
    this.#current = this.tallies.get(phase) ?? emptyTally();
    this.tallies.set(phase, this.#current);
  }

  end(): void {
    const now = performance.now();
    this.#current.seconds += (now - this.#begunAt) / 1000;
    this.#begunAt = now;
  }
}

const phases = new Phases();
let hasEnded = false;

async function run(port: number, rates: Rates): Promise<void> {
  const tally = () => phases.current;
  const scoring = new Scoring(port, tally);
  const { judge } = scoring;
  const learning = new Learning(port, tally, judge.findings);
  const tell = () =>
    scope.postMessage({
      kind: "news",
      ...learning.take(),
      newest: judge.newest,
      isConfirmed: judge.unconfirmed.length === 0,
    });
  const timer = setInterval(tell, NEWS_MS);
  await keepPace([
    ...scoring.streams(rates.scores),
    ...learning.streams(rates.learns),
  ], () => hasEnded);
  const end = performance.now() + MODELS_MS;
  while (judge.unconfirmed.length > 0 && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, NEWS_MS));
  }
  await Promise.all([scoring.end(), learning.end()]);
  clearInterval(timer);
  phases.end();
  tell();
  scope.postMessage({
    kind: "result",
    tallies: phases.tallies,
    findings: judge.findings,
    confirmed: [...judge.confirmed],
    unconfirmed: judge.unconfirmed,
  });
}

scope.onmessage = ({ data }) => {
  if (data.kind === "phase") phases.begin(data.phase);
  else if (data.kind === "stop") hasEnded = true;
  else run(data.port, data.rates);
};
