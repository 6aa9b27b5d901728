import { setImmediate } from "node:timers";
import { StoreError } from "../store.ts";
import { toStoreError } from "./errors.ts";
import type {
  Arguments,
  Call,
  OperationName,
  Outcome,
  Result,
} from "./operations.ts";
import { snapshot } from "./transfer.ts";

/** Carries out calls in order, and says what became of each. */
export type Runner = (calls: Call[]) => Outcome[] | Promise<Outcome[]>;

/** Options of a {@linkcode CallQueue}. */
export interface QueueOptions {
  /** Names the store in errors. */
  url: string;
  /** How long a call may take, in milliseconds. */
  timeoutMs: number;
}

/** How many calls may share a transaction, which bounds how long it takes. */
const LARGEST_BATCH = 256;

interface WaitingCall {
  call: Call;
  settle(outcome: Outcome): void;
}

/**
 * Hands calls over in batches: those that were made while a batch was under
 * way form the next one. As a batch costs one transaction and one fsync, many
 * calls at once cost little more than one.
 */
export class CallQueue {
  readonly #run: Runner;
  readonly #options: QueueOptions;
  readonly #answers = new Set<Promise<unknown>>();
  readonly #waiting = new Set<WaitingCall>();
  #isRunning = false;
  #isClosed = false;

  /** A queue of calls that `run` carries out. */
  constructor(run: Runner, options: QueueOptions) {
    this.#run = run;
    this.#options = options;
  }

  /**
   * Makes a call. Its arguments may be changed afterwards.
   *
   * @throws {StoreError} (as a rejection) if it fails or takes too long
   */
  call<Name extends OperationName>(
    name: Name,
    args: Arguments<Name>,
  ): Promise<Result<Name>> {
    if (this.#isClosed) {
      return Promise.reject(this.#error("the store is closed"));
    }
    const answer = this.#answer({ name, args: snapshot(args) });
    this.#answers.add(answer);
    const forget = () => this.#answers.delete(answer);
    answer.then(forget, forget);
    this.#start();
    return answer as Promise<Result<Name>>;
  }

  /** Refuses further calls, and resolves when those made were answered. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#answers);
  }

  #answer(call: Call): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const waiting: WaitingCall = {
        call,
        settle: (outcome) => {
          clearTimeout(timer);
          if ("value" in outcome) resolve(outcome.value);
          else reject(new StoreError(outcome.failure));
        },
      };
      const timer = setTimeout(
        () => reject(this.#timeout(waiting)),
        this.#options.timeoutMs,
      );
      this.#waiting.add(waiting);
    });
  }

  /** A call that was not handed over by now never will be. */
  #timeout(late: WaitingCall): StoreError {
    const wasWaiting = this.#waiting.delete(late);
    return this.#error(
      `${late.call.name} was not answered within ` +
        `${this.#options.timeoutMs} ms and was ` +
        (wasWaiting ? "not carried out" : "perhaps not carried out") +
        "; see whether the disk is overloaded",
    );
  }

  async #start(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    // Calls that are made together go together.
    await Promise.resolve();
    while (this.#waiting.size > 0) {
      const batch = [...this.#waiting.values().take(LARGEST_BATCH)];
      for (const waiting of batch) this.#waiting.delete(waiting);
      await this.#runBatch(batch);
      // Lets those who were answered, and have another call to make, join.
      if (this.#waiting.size > 0) {
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    }
    this.#isRunning = false;
  }

  async #runBatch(batch: WaitingCall[]): Promise<void> {
    try {
      const outcomes = await this.#run(batch.map(({ call }) => call));
      batch.forEach(({ settle }, index) => settle(outcomes[index]));
    } catch (error) {
      const failure = toStoreError(this.#options.url, error).message;
      for (const { settle } of batch) settle({ failure });
    }
  }

  #error(message: string): StoreError {
    return new StoreError(`${this.#options.url}: ${message}`);
  }
}
