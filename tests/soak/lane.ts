/**
 * One daemon under load, with which one thing after the other goes wrong.
 *
 * @module
 */

import { assert, assertStringIncludes } from "@std/assert";
import { pause, until } from "../daemon/until.ts";
import type { KeptSample } from "../faults/numbers.ts";
import type { Fault } from "./fault.ts";
import type { Ledger } from "./ledger.ts";
import type { Load } from "./load/load.ts";
import type { Supervised } from "./supervised.ts";

/** What is wrong while nothing is. */
export const NOTHING: Pick<Fault, "name" | "cutsOff" | "concernsStore"> = {
  name: "(nothing)",
};

/** How long it may take until what is wrong is told, and until it is over. */
const TELL_MS = 20_000;
const HEAL_MS = 30_000;
/** Trainings that failed are tried again ever later. */
const TRAIN_MS = 60_000;
/** How often the store is audited while nothing is wrong with it. */
const AUDIT_MS = 2000;
/** Longer than an answer takes. */
const SETTLE_MS = 300;
/** Shortest time in which nothing is wrong. */
const REST_MS = 1000;

/** How a fault went, or a time without any. */
export interface Trial {
  fault: typeof NOTHING;
  /** From its end until `/readyz` is well and messages are learned, in ms. */
  healedMs?: number;
  /** The same, until another model was trained and answers. */
  trainedMs?: number;
  /** Acknowledged messages that the store does not have. */
  lost: number[];
}

/** What a lane consists of. */
export interface LaneParts {
  /** Of the store. */
  name: string;
  daemon: Supervised;
  load: Load;
  ledger: Ledger;
  /** Reads the samples of the store. */
  look(): Promise<Map<number, KeptSample>>;
}

/** A daemon, its load and its faults. */
export class Lane implements AsyncDisposable {
  readonly trials: Trial[] = [];
  readonly #parts: LaneParts;
  #isRunning = true;
  /** What is wrong at present. */
  #fault?: Fault;
  #auditing: Promise<void>;

  /** Begins to audit. */
  constructor(parts: LaneParts) {
    this.#parts = parts;
    this.#auditing = this.#auditOften();
    this.#auditing.catch(() => {});
  }

  /** Waits for the first model. */
  async warmUp(): Promise<void> {
    const { load } = this.#parts;
    load.begin("(start)");
    await until("there is a model", () => load.newest > 0, TRAIN_MS);
    load.begin(NOTHING.name);
  }

  /** Sees a daemon through faults, each of which has so much time. */
  async round(
    faults: readonly Fault[],
    { slotMs, faultMs }: { slotMs: number; faultMs: number },
  ): Promise<void> {
    for (const fault of faults) {
      const end = performance.now() + slotMs;
      await this.endure(fault, faultMs);
      await this.rest(Math.max(REST_MS, end - performance.now()));
    }
  }

  /** Lets the time pass. */
  async rest(ms: number): Promise<void> {
    await pause(ms);
    this.#parts.load.check();
  }

  /** Sees a daemon through a fault that lasts at least so long. */
  async endure(fault: Fault, leastMs: number): Promise<void> {
    const { load, daemon } = this.#parts;
    load.begin(fault.name);
    this.#fault = fault;
    // What was sent before is to be answered before.
    await this.rest(SETTLE_MS);
    const ends = daemon.ends.length;
    const begin = performance.now();
    try {
      await fault.inject();
      await this.#see(fault);
      await this.rest(Math.max(0, begin + leastMs - performance.now()));
      if (fault.said === undefined && !fault.cutsOff) {
        assert((await daemon.readiness())?.ready, "it is not ready");
      }
    } catch (error) {
      throw this.#about(fault, error);
    } finally {
      await fault.heal();
    }
    try {
      const healedMs = await this.#healed();
      assert(fault.ends || daemon.ends.length === ends, daemon.ends.at(-1));
      const newest = load.newest;
      load.begin(NOTHING.name);
      const trainedMs = healedMs + await this.#trained(newest);
      const lost = await this.#audit();
      this.trials.push({ fault, healedMs, trainedMs, lost });
    } catch (error) {
      throw this.#about(fault, error);
    }
    this.#fault = undefined;
  }

  /** Ends the audits. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isRunning = false;
    await this.#auditing.catch(() => {});
  }

  /** Waits until a newer model answers. Gives how long that took, in ms. */
  async #trained(newest: number): Promise<number> {
    const begin = performance.now();
    const { load } = this.#parts;
    await until("it trains", () => load.newest > newest, TRAIN_MS);
    return performance.now() - begin;
  }

  /** The numbers of acknowledged messages that the store does not have. */
  #audit(): Promise<number[]> {
    const { ledger, look } = this.#parts;
    return ledger.audit(look);
  }

  /** Audits for the last time; the daemon goes on. */
  async end(): Promise<void> {
    this.#isRunning = false;
    await this.#auditing;
    this.trials.push({ fault: NOTHING, lost: await this.#audit() });
  }

  /** What is to be told of a fault is told. */
  async #see({ said, seen }: Fault): Promise<void> {
    const { load, daemon } = this.#parts;
    const begin = Date.now();
    await seen?.();
    if (said === undefined) return;
    const reason = await until(
      "learning is refused",
      () => load.refusedSince(begin),
      TELL_MS,
    );
    assertStringIncludes(reason, said);
    const readiness = await until("it is not ready", async () => {
      const readiness = await daemon.readiness();
      return readiness?.ready === false ? readiness : undefined;
    }, TELL_MS);
    assertStringIncludes(readiness.reason ?? "", said);
  }

  async #healed(): Promise<number> {
    const { load, daemon } = this.#parts;
    const begin = Date.now();
    await until(
      "it is ready",
      async () => await daemon.accepts() && (await daemon.readiness())?.ready,
      HEAL_MS,
    );
    await until(
      "messages are learned",
      () => load.hasLearnedSince(begin),
      HEAL_MS,
    );
    return Date.now() - begin;
  }

  async #auditOften(): Promise<void> {
    while (this.#isRunning) {
      await pause(AUDIT_MS);
      if (this.#fault?.concernsStore) continue;
      const fault = this.#fault ?? NOTHING;
      const lost = await this.#audit().catch((error) => {
        // Something has just gone wrong with the store.
        if (this.#fault?.concernsStore) return [];
        throw error;
      });
      if (lost.length > 0) this.trials.push({ fault, lost });
    }
  }

  #about(fault: Fault, error: unknown): Error {
    const { name, daemon } = this.#parts;
    const log = daemon.log.split("\n").slice(-20).join("\n");
    const { stack, message } = error as Error;
    return new Error(`${name}, ${fault.name}: ${stack ?? message}\n${log}`);
  }
}
