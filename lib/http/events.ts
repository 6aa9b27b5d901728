/**
 * `GET /v1/events`: server-sent events that tell when something has changed.
 *
 * @module
 */

import { type Family, gauge } from "../metrics/family.ts";
import { failureResponse } from "./failure.ts";

/** What is told of: a text for each part, another one once it has changed. */
export type Parts = Record<string, string>;

/** How listeners are told. */
export interface EventOptions {
  /** Most listeners at a time. */
  most?: number;
  /** How long between two looks. */
  intervalMs?: number;
  /** A look takes at most this share of the time. */
  greatestShare?: number;
  /** How long a listener hears nothing at most. */
  heartbeatMs?: number;
}

/** Who has not taken so many events does not listen. */
const MOST_WAITING = 32;
/** After how long browsers ask again. */
const RETRY_MS = 3000;

const HEADERS = {
  "content-type": "text/event-stream",
  // Compressed, they would wait for one another.
  "cache-control": "no-store, no-transform",
  // nginx would keep events for itself.
  "x-accel-buffering": "no",
};

const ENCODER = new TextEncoder();

/**
 * Tells listeners of changes. It looks as long as somebody listens, once for
 * all of them.
 */
export class Events {
  readonly #look: () => Promise<Parts>;
  readonly #options: Required<EventOptions>;
  readonly #listeners = new Set<ReadableStreamDefaultController<Uint8Array>>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isLooking = false;
  #isClosed = false;
  #before: Parts = {};
  #toldAt = 0;

  /** @param look gives what there is now */
  constructor(look: () => Promise<Parts>, options: EventOptions = {}) {
    this.#look = look;
    this.#options = {
      most: 32,
      intervalMs: 1000,
      greatestShare: 0.05,
      heartbeatMs: 15_000,
      ...options,
    };
  }

  /** How many listen. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** The same, as a figure. */
  families(): Family[] {
    return [gauge(
      "neurald_event_listeners",
      "Clients that listen to /v1/events.",
      this.listeners,
    )];
  }

  /** Lets a client listen, unless it asks for the headers only. */
  open({ method }: Pick<Request, "method"> = { method: "GET" }): Response {
    if (method === "HEAD") return new Response(null, { headers: HEADERS });
    if (this.#isClosed) return failureResponse("neurald is stopping", 503);
    if (this.#listeners.size >= this.#options.most) {
      return failureResponse(`${this.#options.most} clients listen`, 503);
    }
    let mine: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        mine = controller;
        this.#listeners.add(controller);
        this.#send(controller, `retry: ${RETRY_MS}\n\n`);
      },
      cancel: () => {
        this.#listeners.delete(mine);
      },
    }, { highWaterMark: MOST_WAITING });
    if (!this.#isLooking) this.#watch();
    return new Response(body, { headers: HEADERS });
  }

  /** Ends all answers, and gives no more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const listener of this.#listeners) this.#drop(listener);
  }

  async #watch(): Promise<void> {
    this.#isLooking = true;
    this.#before = {};
    this.#toldAt = performance.now();
    while (this.#listeners.size > 0 && !this.#isClosed) {
      const started = performance.now();
      await this.#tell();
      const tookMs = performance.now() - started;
      const { intervalMs, greatestShare } = this.#options;
      const waitMs = Math.max(intervalMs, tookMs / greatestShare);
      await new Promise<void>((resolve) => {
        this.#timer = setTimeout(resolve, waitMs);
      });
    }
    this.#isLooking = false;
  }

  async #tell(): Promise<void> {
    // Those that fail are told of by what is shown.
    const now = await this.#look().catch(() => this.#before);
    const changed = Object.keys(now).filter((part) =>
      part in this.#before && now[part] !== this.#before[part]
    );
    this.#before = now;
    if (changed.length > 0) {
      this.#sendAll(`event: change\ndata: ${JSON.stringify({ changed })}\n\n`);
    } else if (
      performance.now() - this.#toldAt > this.#options.heartbeatMs
    ) {
      this.#sendAll(": alive\n\n");
    }
  }

  #sendAll(text: string): void {
    this.#toldAt = performance.now();
    for (const listener of this.#listeners) this.#send(listener, text);
  }

  #send(
    listener: ReadableStreamDefaultController<Uint8Array>,
    text: string,
  ): void {
    if ((listener.desiredSize ?? 0) <= 0) return this.#drop(listener);
    listener.enqueue(ENCODER.encode(text));
  }

  #drop(listener: ReadableStreamDefaultController<Uint8Array>): void {
    this.#listeners.delete(listener);
    listener.close();
  }
}
