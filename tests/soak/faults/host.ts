/**
 * What may go wrong with the host of a daemon.
 *
 * @module
 */

import { assert } from "@std/assert";
import { until } from "../../daemon/until.ts";
import { giveOrders } from "../daemon/orders.ts";
import type { Fault } from "../fault.ts";
import type { Supervised } from "../supervised.ts";

const YEAR_MS = 365.25 * 24 * 60 * 60 * 1000;

/** Its clock jumps by ten years. */
export function clockJumps(
  direction: "ahead" | "back",
  orders: string,
  whenTrained: () => Promise<void>,
): Fault {
  const clockMs = (direction === "ahead" ? 10 : -10) * YEAR_MS;
  return {
    name: `clock jumps ${direction}`,
    inject: () => giveOrders(orders, { clockMs }),
    // Trainings go on.
    seen: whenTrained,
    heal: () => giveOrders(orders, {}),
  };
}

/** No file can be opened any more, and no connection accepted. */
export function noFileDescriptors(daemon: Supervised): Fault {
  let most = "";
  let begin = 0;
  return {
    name: "no file descriptors",
    async inject() {
      begin = daemon.log.length;
      const limits = Deno.readTextFileSync(`/proc/${daemon.pid}/limits`);
      most = /^Max open files\s+(\d+)/m.exec(limits)![1];
      const open = [...Deno.readDirSync(`/proc/${daemon.pid}/fd`)].length;
      await limitFiles(daemon, String(Math.floor(open / 2)));
    },
    async seen() {
      const said = "no connection can be accepted";
      const ends = daemon.ends.length;
      const told = () => {
        assert(daemon.ends.length === ends, daemon.ends.at(-1));
        return daemon.log.slice(begin).includes(said);
      };
      await until(`"${said}" is said`, told);
    },
    heal: () => limitFiles(daemon, most),
    cutsOff: true,
  };
}

async function limitFiles(daemon: Supervised, most: string): Promise<void> {
  const { success } = await new Deno.Command("prlimit", {
    args: ["--pid", String(daemon.pid), `--nofile=${most}:`],
    stdout: "null",
    stderr: "null",
  }).output();
  assert(success, "the limit of open files cannot be set");
}
