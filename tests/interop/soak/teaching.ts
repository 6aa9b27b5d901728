/**
 * Clients that teach all members, and remember what was acknowledged.
 *
 * @module
 */

import { assert } from "@std/assert";
import { decodeSample } from "../../../lib/features/sample.ts";
import {
  MAIL_CLASSES,
  type MailClass,
} from "../../../lib/features/mail_class.ts";
import { Random } from "../../../lib/nn/random.ts";
import type { Series, Store } from "../../../lib/store/store.ts";
import { pause } from "../../daemon/until.ts";
import type { RspamdScan } from "../rspamd.ts";
import { Background } from "./background.ts";
import type { Member } from "./member.ts";

/** How many clients there are, and how many scans they send at a time. */
const CLIENTS = 4;
const LINES = 3;

/** A metatoken of numbers that say nothing, by which samples are told apart. */
const NUMBERED = 15;
/** So small that no network sees it. */
const NUMBER_SCALE = 2 ** -30;

/** A scan of a message of a class. */
export interface Labelled {
  class: MailClass;
  scan: RspamdScan;
}

/** A scan to teach, which is like no other. */
interface Lesson extends RspamdScan {
  class: MailClass;
  number: number;
  message_id: string;
}

/** Teaches until it is stopped. */
export class Teaching extends Background {
  /** What each sample is, by its number. */
  readonly #acknowledged = new Map<number, MailClass>();
  readonly #members: readonly Member[];
  readonly #scans: readonly Labelled[];
  readonly #pauseMs: number;
  readonly #random = new Random(1);
  #sent = 0;

  /** @param perSecond how many samples all clients send */
  constructor(
    members: readonly Member[],
    scans: readonly Labelled[],
    perSecond: number,
  ) {
    super();
    this.#members = members;
    this.#scans = scans;
    this.#pauseMs = 1000 * CLIENTS * LINES / perSecond;
    this.run(...Array.from({ length: CLIENTS }, () => this.#teach()));
  }

  /** How many samples were acknowledged, and how many were not. */
  get counts(): { acknowledged: number; refused: number } {
    const acknowledged = this.#acknowledged.size;
    return { acknowledged, refused: this.#sent - acknowledged };
  }

  /** Fails unless a store has every sample that was acknowledged. */
  async checkKept(store: Store, series: Series): Promise<void> {
    const { bytes, ends, isSpam } = await store.samples(series);
    const kept = new Map<number, MailClass>();
    for (const [i, end] of ends.entries()) {
      const sample = decodeSample(bytes.subarray(ends[i - 1] ?? 0, end));
      const number = sample.metatokens[NUMBERED] / NUMBER_SCALE;
      // A vector has its numbers in 14 digits.
      kept.set(Math.round(number), MAIL_CLASSES[isSpam[i] ? 0 : 1]);
    }
    const lost = [...this.#acknowledged]
      .filter(([number, mailClass]) => kept.get(number) !== mailClass)
      .map(([number]) => number);
    assert(
      lost.length === 0,
      `of ${this.#acknowledged.size} samples ${lost.length} are lost: ${lost}`,
    );
  }

  async #teach(): Promise<void> {
    while (!this.isStopped) {
      await this.#send();
      await pause(2 * this.#pauseMs * this.#random.uniform());
    }
  }

  async #send(): Promise<void> {
    const running = this.#members.filter(({ isRunning }) => isRunning);
    if (running.length === 0) return;
    const lines = Array.from({ length: LINES }, () => this.#next());
    const member = running[this.#pick(running.length)];
    const response = await member.post("/v1/learn", ...lines);
    // It is gone, or says that Redis is: what it has not answered is not kept.
    if (!response?.ok) return;
    const answers = (await response.text()).trimEnd().split("\n");
    for (const [i, answer] of answers.entries()) {
      const { number, class: mailClass } = lines[i];
      if (JSON.parse(answer).learned) this.#acknowledged.set(number, mailClass);
    }
  }

  #next(): Lesson {
    const { class: mailClass, scan } =
      this.#scans[this.#pick(this.#scans.length)];
    const number = ++this.#sent;
    const metatokens = scan.metatokens
      .with(NUMBERED, number * NUMBER_SCALE);
    const message_id = `${number}@soak.example.com`;
    return { ...scan, metatokens, message_id, class: mailClass, number };
  }

  #pick(count: number): number {
    return Math.floor(this.#random.uniform() * count);
  }
}
