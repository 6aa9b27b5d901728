/**
 * Whether the store can be used.
 *
 * @module
 */

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
  return remarks.map((remark) => ({
    subject: url,
    ...remark,
    message: remark.message.replace(`${url}: `, ""),
  }));
}
