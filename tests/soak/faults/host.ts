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

/**
 * No file can be opened any more, and no connection accepted. Deno (2.8.3) may
 * panic meanwhile, and so end the whole process: it does where a thread begins,
 * and where it looks up the source of an error for the first time.
 */
export function noFileDescriptors(daemon: Supervised): Fault {
  let most = "";
  let limited: number | undefined;
  return {
    name: "no file descriptors",
    async inject() {
      const limits = Deno.readTextFileSync(`/proc/${daemon.pid}/limits`);
      most = /^Max open files\s+(\d+)/m.exec(limits)![1];
      const open = [...Deno.readDirSync(`/proc/${daemon.pid}/fd`)].length;
      limited = daemon.pid;
      await limitFiles(limited!, String(Math.floor(open / 2)));
    },
    async seen() {
      await until(
        "no connection is accepted",
        async () => !await daemon.accepts(),
      );
    },
    async heal() {
      // Another process has limits of its own.
      if (daemon.pid === limited) await limitFiles(limited!, most);
    },
    cutsOff: true,
    ends: true,
  };
}

async function limitFiles(pid: number, most: string): Promise<void> {
  const { success } = await new Deno.Command("prlimit", {
    args: ["--pid", String(pid), `--nofile=${most}:`],
    stdout: "null",
    stderr: "null",
  }).output();
  assert(success, "the limit of open files cannot be set");
}
