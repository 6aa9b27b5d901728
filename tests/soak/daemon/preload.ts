/**
 * Preloaded, it has the clock of a daemon and its trainings go wrong when they
 * are told to.
 *
 * @module
 */

import { pathToFileURL } from "node:url";
import { shiftClock } from "../../daemon/clock.ts";
import { type Orders, readOrders } from "./orders.ts";

/** How often it is looked for orders. */
const LOOK_MS = 100;

/** See `obedience.ts`. */
const path = new URL(import.meta.url).searchParams.get("orders")!;
let orders: Orders = readOrders(path);
const stores = new Set<Worker>();

shiftClock(() => orders.clockMs ?? 0);

function look(): void {
  orders = readOrders(path);
  const { clockMs = 0 } = orders;
  for (const store of stores) store.postMessage({ clockMs });
}

Deno.unrefTimer(setInterval(look, LOOK_MS));

/** Starts the workers beside the orders in the place of those of their name. */
class ObedientWorker extends Worker {
  readonly #trains: boolean;

  constructor(url: string | URL, options?: WorkerOptions) {
    const name = /\/(training|sqlite)_worker\.ts$/.exec(String(url))?.[0];
    super(name ? new URL(`.${name}`, pathToFileURL(path)) : url, options);
    this.#trains = name === "/training_worker.ts";
    if (name === "/sqlite_worker.ts") stores.add(this);
  }

  // deno-lint-ignore no-explicit-any -- as in the class that it extends
  override postMessage(message: any, transfer: any = []): void {
    const misbehaves = orders.training;
    const told = this.#trains && misbehaves !== undefined
      ? { ...message, misbehaves }
      : message;
    super.postMessage(told, transfer);
  }
}

globalThis.Worker = ObedientWorker;
