/**
 * What the threads of a daemon are told to do wrong, by a file.
 *
 * @module
 */

import type { Misbehaviour } from "./misbehaviour.ts";

/** What is to go wrong; nothing by default. */
export interface Orders {
  /** What the clock is ahead of the right one, in milliseconds. */
  clockMs?: number;
  /** What trainings do instead of training. */
  training?: Misbehaviour;
}

/** Gives orders, all at once: a file that is read meanwhile is whole. */
export async function giveOrders(path: string, orders: Orders): Promise<void> {
  await Deno.writeTextFile(`${path}.new`, JSON.stringify(orders));
  await Deno.rename(`${path}.new`, path);
}

/** The orders that were given last. */
export function readOrders(path: string): Orders {
  try {
    return JSON.parse(Deno.readTextFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}
