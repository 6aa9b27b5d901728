/**
 * Somebody who uses a daemon while something goes wrong, and sees to it that
 * it keeps its promises.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Answer, Host } from "../daemon/host.ts";
import { pause, until } from "../daemon/until.ts";
import { mail, mails } from "../engine/mail.ts";
import { scrape } from "../metrics/scrape.ts";
import type { StoreErrorKind } from "../../lib/store/error_kind.ts";
import { numbersAt } from "./numbers.ts";

/** How long a score may take, whatever the store does. */
const MOST_SCORE_MS = 1500;

/** How long metrics may take, whatever the store does. */
const MOST_SCRAPE_MS = 2000;

/** What goes wrong. */
export interface Fault {
  begin(): Promise<void> | void;
  end(): Promise<void> | void;
  /** A part of the reason that is given meanwhile. */
  said: string;
  /** What metrics call it. */
  reason: StoreErrorKind;
}

/** Uses a daemon that has a model. */
export class Witness {
  /** Numbers of the messages that were acknowledged. */
  readonly #acknowledged = new Set<number>();
  readonly #host: Host;
  readonly #scan = mail("spam", 5000);
  #expected: unknown;
  #next = 0;

  private constructor(host: Host) {
    this.#host = host;
  }

  /** Teaches a daemon, and remembers how it scores. */
  static async of(host: Host): Promise<Witness> {
    const witness = new Witness(host);
    await host.postLines("/v1/learn", mails(40, 6000));
    assert((await host.post("/v1/train", "")).json.trained);
    witness.#expected = (await witness.#score()).json;
    return witness;
  }

  /** Sees a daemon through a fault. */
  async endure(fault: Fault): Promise<void> {
    await this.#learnUntil(200);
    await fault.begin();
    try {
      const { json } = await this.#learnUntil(503);
      assert(json.error.includes(fault.said), json.error);
      await until(
        "it is not ready",
        async () => (await this.#host.ask("/readyz")).status === 503,
      );
      for (let i = 0; i < 5; i++) {
        await this.checkScoring();
        await this.learn();
        await pause(50);
      }
      await this.#checkTold(fault);
      assertEquals((await this.#host.ask("/healthz")).status, 200);
    } finally {
      await fault.end();
    }
    await until(
      "it is ready",
      async () => (await this.#host.ask("/readyz")).status === 200,
    );
    await this.#learnUntil(200);
    await this.checkScoring();
    await until("metrics say that it is over", async () => {
      const figures = await scrape(this.#host);
      return figures.value("neurald_store_up") === 1;
    });
  }

  /** Metrics say what is wrong, and do not wait for it to be over. */
  async #checkTold({ reason }: Fault): Promise<void> {
    // What was found before the fault is told for some seconds.
    await until("metrics say that the store is away", async () => {
      const begin = performance.now();
      const figures = await scrape(this.#host);
      const tookMs = performance.now() - begin;
      assert(tookMs < MOST_SCRAPE_MS, `${tookMs} ms`);
      return figures.value("neurald_store_up") === 0 && figures;
    });
    const figures = await scrape(this.#host);
    assert(figures.value("neurald_store_errors_total", { reason }) > 0, reason);
    const failed = { outcome: "failed" };
    assert(figures.value("neurald_learns_total", failed) > 0);
    assertEquals(figures.find("neurald_pool_samples"), []);
    assertEquals(figures.value("neurald_model_in_service"), 1);
  }

  /** Scores are what they were, and come in time. */
  async checkScoring(): Promise<void> {
    const begin = performance.now();
    const { status, json } = await this.#score();
    const tookMs = performance.now() - begin;
    assertEquals([status, json], [200, this.#expected]);
    assert(tookMs < MOST_SCORE_MS, `${tookMs} ms`);
  }

  /** Teaches one more message; it is acknowledged, or the store is at fault. */
  async learn(): Promise<Answer> {
    const number = this.#next++;
    const scan = mail(number % 2 ? "ham" : "spam", number);
    const symbols = { ...scan.symbols, [`ID_${number}`]: [1, 1] };
    const answer = await this.#host.post("/v1/learn", { ...scan, symbols });
    if (answer.status === 200) {
      assert(answer.json.learned, JSON.stringify(answer.json));
      this.#acknowledged.add(number);
    } else assertEquals(answer.status, 503);
    return answer;
  }

  /** The store has all that was acknowledged; the daemon may have ended. */
  async checkKept(url: string): Promise<void> {
    const kept = await numbersAt(url);
    assertEquals([...this.#acknowledged.difference(kept)], []);
    assert(this.#acknowledged.size > 0);
  }

  #learnUntil(status: number): Promise<Answer> {
    return until(`learning is answered ${status}`, async () => {
      const answer = await this.learn();
      return answer.status === status ? answer : undefined;
    });
  }

  #score(): Promise<Answer> {
    return this.#host.post("/v1/score", this.#scan);
  }
}
