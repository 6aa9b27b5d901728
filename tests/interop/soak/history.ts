/**
 * What became of the training lock and of the models, told by the journal.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { TrainingReport } from "../../../lib/engine/training.ts";
import { PLAIN_KEYS } from "../../../lib/store/redis/keys.ts";
import type { ProfileRecord, Series } from "../../../lib/store/store.ts";
import type { Transaction } from "./journal.ts";

/** Clocks of two processes, and rounding. */
const TOLERANCE_SECONDS = 0.05;

/** Who holds the training lock, by the clock of Redis. */
interface Lock {
  holder: string;
  takenAt: number;
  extendedAt: number;
}

/** Follows one line of networks, and fails where a rule is broken. */
export class History {
  /** Versions of models, as they were published. */
  readonly published: number[] = [];
  /** Trainings that lost their lock, and threw away what they had made. */
  failed = 0;
  /** Locks that have passed on because their holder did not extend them. */
  takeovers = 0;
  readonly #series: Series;
  readonly #expireSeconds: number;
  readonly #models = new Map<string, ProfileRecord>();
  #lock?: Lock;

  /** @param expireSeconds how long a lock holds without being extended */
  constructor(
    series: Series,
    expireSeconds: number,
    journal: Iterable<Transaction>,
  ) {
    this.#series = series;
    this.#expireSeconds = expireSeconds;
    for (const transaction of journal) this.#follow(transaction);
  }

  #follow(transaction: Transaction): void {
    const before = this.#lock;
    const records: string[] = [];
    const added: ProfileRecord[] = [];
    const [, state] = PLAIN_KEYS.of(this.#series);
    for (const [name, key, ...args] of transaction) {
      if (key === state) this.#followLock(name, args, before);
      if (name === "ZADD" && key === this.#series) {
        added.push(JSON.parse(args[1]));
      }
      if (name === "LPUSH" && key === PLAIN_KEYS.trainings(this.#series)) {
        records.push(args[0]);
      }
      if (["DEL", "UNLINK"].includes(name)) this.#checkDropped([key, ...args]);
      if (name === "ZREM" && key === this.#series) {
        this.#checkDropped(args.map((json) => JSON.parse(json).redis_key));
      }
    }
    for (const record of records) this.#followTraining(record, added, before);
    // What was published stays as it was; rspamd begins its own profiles.
    for (const profile of added) {
      const known = this.#models.get(profile.redis_key);
      if (known) assertEquals(profile, known);
      else assertEquals(profile.version, 0, profile.redis_key);
    }
  }

  #followLock(name: string, args: string[], before: Lock | undefined): void {
    if (name === "HDEL" && args.includes("holder")) this.#lock = undefined;
    if (name !== "HSET") return;
    const { lock, holder } = pairs(args);
    if (lock === undefined) return;
    const at = Number(lock);
    if (holder !== undefined) {
      this.#checkTaking(holder, at, before);
      this.#lock = { holder, takenAt: at, extendedAt: at };
    } else {
      assert(this.#lock, "a lock that nobody holds was extended");
      this.#lock.extendedAt = at;
    }
  }

  /** A lock is taken when nobody has it, or who has it has left it alone. */
  #checkTaking(holder: string, at: number, before: Lock | undefined): void {
    if (!before || before.holder === holder) return;
    const seconds = at - before.extendedAt;
    assert(
      seconds >= this.#expireSeconds,
      `${holder} took the lock of ${before.holder} after ${seconds} s`,
    );
    this.takeovers++;
  }

  /** A model is published by the holder of the lock, with the next version. */
  #followTraining(
    entry: string,
    added: ProfileRecord[],
    before: Lock | undefined,
  ): void {
    const space = entry.indexOf(" ");
    const at = Number(entry.slice(0, space));
    const report: TrainingReport = JSON.parse(entry.slice(space + 1));
    if (report.outcome === "failed") this.failed++;
    if (report.outcome !== "published") return;
    const version = report.version!;
    assertEquals(version, 1 + (this.published.at(-1) ?? 0));
    this.published.push(version);
    assert(before && !this.#lock, `${version}: nobody released a lock`);
    const begun = at - report.duration_ms! / 1000;
    assert(
      begun >= before.takenAt - TOLERANCE_SECONDS,
      `${version}: ${before.holder} began to train before it had the lock`,
    );
    const profile = added.find((profile) => profile.version === version);
    assert(profile, `${version}: its profile was not added`);
    assert(!this.#models.has(profile.redis_key), profile.redis_key);
    this.#models.set(profile.redis_key, profile);
  }

  #checkDropped(keys: string[]): void {
    const lost = keys.filter((key) => this.#models.has(key));
    assertEquals(lost, [], "models were dropped");
  }
}

function pairs(args: string[]): Record<string, string | undefined> {
  const fields: Record<string, string> = {};
  for (let i = 0; i < args.length; i += 2) fields[args[i]] = args[i + 1];
  return fields;
}
