/**
 * What may go wrong with trainings.
 *
 * @module
 */

import { until } from "../../daemon/until.ts";
import type { Misbehaviour } from "../daemon/misbehaviour.ts";
import { giveOrders } from "../daemon/orders.ts";
import type { Fault } from "../fault.ts";
import type { Supervised } from "../supervised.ts";

/** Longer than it takes until the next training has begun, and has failed. */
const SEEN_MS = 60_000;

/** Each training goes wrong, and the daemon goes on. */
export function trainingMisbehaves(
  misbehaviour: Exclude<Misbehaviour, "hangs">,
  daemon: Supervised,
  orders: string,
): Fault {
  const said = {
    throws: "the training worker crashed",
    "eats memory": "GiB of memory",
  }[misbehaviour];
  let begin = 0;
  return {
    name: `training ${misbehaviour}`,
    inject() {
      begin = daemon.log.length;
      return giveOrders(orders, { training: misbehaviour });
    },
    async seen() {
      const told = () => daemon.log.slice(begin).includes(said);
      await until(`"${said}" is said`, told, SEEN_MS);
    },
    heal: () => giveOrders(orders, {}),
  };
}

/**
 * A training never ends. The daemon ends by itself some 20 seconds later, for
 * nobody can end a thread that computes, and has to be started again.
 *
 * @param configure writes the configuration; with a time for trainings
 */
export function trainingHangs(
  daemon: Supervised,
  orders: string,
  configure: (trainTimeout?: string) => Promise<void>,
): Fault {
  return {
    name: "training hangs",
    async inject() {
      await giveOrders(orders, { training: "hangs" });
      // So that not even more time is waited for.
      await configure("1s");
      daemon.reload();
    },
    async seen() {
      const ends = daemon.ends.length;
      await until(
        "it is given up",
        () => daemon.log.includes("training took longer than 1 s"),
        SEEN_MS,
      );
      await giveOrders(orders, {});
      await configure();
      const hasEnded = () => daemon.ends.length > ends;
      await until("the daemon ends", hasEnded, SEEN_MS);
    },
    heal: () => {},
    cutsOff: true,
    ends: true,
  };
}
