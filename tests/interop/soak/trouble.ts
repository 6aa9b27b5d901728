/**
 * What goes wrong in a fleet, one thing after the other.
 *
 * @module
 */

import { Random } from "../../../lib/nn/random.ts";
import { pause } from "../../daemon/until.ts";
import type { RedisServer } from "../../store/redis/server.ts";
import { Background } from "./background.ts";
import type { Member } from "./member.ts";

/** What happens, in turn. */
const KINDS = [
  "kill a trainer",
  "end Redis",
  "pause a trainer",
  "kill a publisher",
  "kill Redis",
  "kill",
  "pause Redis",
] as const;

/** How long nothing happens in between, at most. */
const MOST_QUIET_MS = 1500;
/** How long Redis is away. */
const AWAY_MS = 500;
/** How long it is looked for somebody who trains, and how often. */
const SEARCH_MS = 3000;
const POLL_MS = 5;
/** A trainer is met at any time of its training. */
const MOST_INTO_TRAINING_MS = 200;

/** What may go wrong, and how to find out who trains. */
export interface Fleet {
  redis: RedisServer;
  members: readonly Member[];
  /** How long a paused process does nothing. */
  pausedMs: number;
  /** Process id of whoever holds the training lock. */
  trainer: () => Promise<number | undefined>;
}

/** Makes trouble. All members are there again when it has been stopped. */
export class Trouble extends Background {
  /** How often each kind has happened. */
  readonly counts = new Map<string, number>();
  readonly #fleet: Fleet;
  readonly #random = new Random(1);
  /** Members that come back by themselves. */
  #away: Promise<void>[] = [];

  constructor(fleet: Fleet) {
    super();
    this.#fleet = fleet;
    this.run(this.#make());
  }

  async #make(): Promise<void> {
    try {
      for (let i = 0; !this.isStopped; i++) {
        await pause(MOST_QUIET_MS * this.#random.uniform());
        const kind = KINDS[i % KINDS.length];
        await this.#happen(kind);
        this.counts.set(kind, 1 + (this.counts.get(kind) ?? 0));
      }
    } finally {
      await this.#allBack();
    }
  }

  async #happen(kind: typeof KINDS[number]): Promise<void> {
    const { redis } = this.#fleet;
    switch (kind) {
      case "kill a trainer":
        return this.#kill(await this.#findTrainer());
      case "kill a publisher":
        return this.#kill(await this.#findPublisher());
      case "kill":
        return this.#kill(this.#anyone());
      case "pause a trainer":
        return this.#pause(await this.#findTrainer());
      case "pause Redis":
        redis.signal("SIGSTOP");
        await pause(AWAY_MS);
        return redis.signal("SIGCONT");
      case "end Redis":
      case "kill Redis":
        // Without Redis none of them starts.
        await this.#allBack();
        await redis.stop(kind === "end Redis" ? "SIGTERM" : "SIGKILL");
        await pause(AWAY_MS);
        return await redis.startAgain();
    }
  }

  #kill(member: Member | undefined): void {
    if (!member) return;
    const back = member.end("SIGKILL").then(() => member.start());
    this.#awaitLater(back);
  }

  #pause(member: Member | undefined): void {
    if (!member) return;
    member.pause();
    this.#awaitLater(
      pause(this.#fleet.pausedMs).then(() => member.resume()),
    );
  }

  #awaitLater(back: Promise<void>): void {
    back.catch(() => {});
    this.#away.push(back);
  }

  async #allBack(): Promise<void> {
    await Promise.allSettled(this.#away);
    await Promise.all(this.#away);
    this.#away = [];
  }

  #anyone(): Member | undefined {
    const running = this.#fleet.members.filter(({ isRunning }) => isRunning);
    return running[Math.floor(this.#random.uniform() * running.length)];
  }

  /** Somebody in the middle of a training; anyone if there is none. */
  async #findTrainer(): Promise<Member | undefined> {
    const end = performance.now() + SEARCH_MS;
    while (performance.now() < end) {
      const pid = await this.#fleet.trainer();
      const member = pid === undefined ? undefined : this.#find(pid);
      if (member) {
        await pause(MOST_INTO_TRAINING_MS * this.#random.uniform());
        if (await this.#fleet.trainer() === pid) return member;
      }
      await pause(POLL_MS);
    }
    return this.#anyone();
  }

  /** Somebody who has just released the lock, which a published model does. */
  async #findPublisher(): Promise<Member | undefined> {
    const member = await this.#findTrainer();
    const end = performance.now() + SEARCH_MS;
    while (
      member && performance.now() < end &&
      await this.#fleet.trainer() === member.pid
    ) await pause(1);
    return member;
  }

  #find(pid: number): Member | undefined {
    return this.#fleet.members
      .find((member) => member.isRunning && member.pid === pid);
  }
}
