/**
 * Which rspamd a Redis is shared with.
 *
 * @module
 */

import type { PluginVersion, Series } from "../store.ts";
import type { Connection } from "./connection.ts";

/** How to find out whose keys a Redis has. */
export interface Sharing {
  /** The version, if it is known. */
  pluginVersion?: PluginVersion;
  /** The series that rspamd would have begun, by the version of its plugin. */
  candidates: (version: PluginVersion) => Series[];
}

/** The newest first. */
const VERSIONS: PluginVersion[] = [3, 2];

/**
 * The version of rspamd's plugin whose keys are there; where there are none,
 * the newest.
 *
 * @throws {import("../store.ts").StoreError} when Redis does not answer
 */
export async function findPluginVersion(
  connection: Connection,
  { pluginVersion, candidates }: Sharing,
): Promise<PluginVersion> {
  if (pluginVersion !== undefined) return pluginVersion;
  for (const version of VERSIONS) {
    const keys = candidates(version);
    if (keys.length === 0) continue;
    if (await connection.ask("EXISTS", ...keys) !== 0) return version;
  }
  return VERSIONS[0];
}
