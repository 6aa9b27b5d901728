/**
 * What may go wrong with the host of a daemon.
 *
 * @module
 */

import { assert } from "@std/assert";
import { until } from "../../daemon/until.ts";
import { KeptConnection, postRequest } from "../../http/kept_connection.ts";
import { giveOrders } from "../daemon/orders.ts";
import type { Fault } from "../fault.ts";
import type { Supervised } from "../supervised.ts";

/** How long a connection is waited for that is accepted. */
const ACCEPT_MS = 1000;

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
  return {
    name: "no file descriptors",
    async inject() {
      const limits = Deno.readTextFileSync(`/proc/${daemon.pid}/limits`);
      most = /^Max open files\s+(\d+)/m.exec(limits)![1];
      const open = [...Deno.readDirSync(`/proc/${daemon.pid}/fd`)].length;
      await limitFiles(daemon, String(Math.floor(open / 2)));
    },
    async seen() {
      await until(
        "no connection is accepted",
        async () => !await isAccepted(daemon.port),
      );
    },
    heal: () => limitFiles(daemon, most),
    cutsOff: true,
  };
}

/** Whether a new connection is answered. */
async function isAccepted(port: number): Promise<boolean> {
  const connection = new KeptConnection(port, ACCEPT_MS);
  try {
    const request = postRequest("/healthz", "text/plain", "");
    return await connection.ask(request) !== undefined;
  } catch {
    return false;
  } finally {
    connection.close();
  }
}

async function limitFiles(daemon: Supervised, most: string): Promise<void> {
  const { success } = await new Deno.Command("prlimit", {
    args: ["--pid", String(daemon.pid), `--nofile=${most}:`],
    stdout: "null",
    stderr: "null",
  }).output();
  assert(success, "the limit of open files cannot be set");
}
