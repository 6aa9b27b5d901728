/**
 * Whether the store can be used.
 *
 * @module
 */

import type { Status } from "../../../engine/status.ts";
import type { Remark } from "../finding.ts";
import type { Setup } from "../setup.ts";
import { remarksOnFile } from "./sqlite_store.ts";
import { remarksOnRedis } from "./redis_store.ts";

/** Looks at the file, or at Redis. */
export async function checkStore(setup: Setup): Promise<Remark[]> {
  const { facts } = await setup.inspection();
  const remarks = facts.kind === "redis"
    ? remarksOnRedis(facts)
    : remarksOnFile(facts, setup.unit?.user);
  const { url } = facts;
  remarks.push(...remarksOnDaemon(url, await setup.status()));
  return remarks.map((remark) => ({
    subject: url,
    ...remark,
    message: remark.message.replace(`${url}: `, ""),
  }));
}

/** What the daemon that runs says of its store, which may be another one. */
function remarksOnDaemon(url: string, status: Status | undefined): Remark[] {
  if (!status) return [];
  const { store } = status;
  if (store.url !== url) {
    return [{
      level: "note",
      message: `the neurald that runs keeps things elsewhere: ${store.url}`,
      fix: `neurald doctor --store ${store.url}`,
    }];
  }
  if (store.error === undefined) return [];
  return [{
    level: "error",
    message: `the neurald that runs cannot use it: ${store.error}`,
    fix: "journalctl -u neurald -n 50",
  }];
}
