/**
 * Lines of networks that begin with a model from elsewhere.
 *
 * @module
 */

import type { Network } from "../network.ts";
import type { Networks } from "../networks.ts";
import { ModelChangeError } from "./change.ts";

/**
 * Works on a line of networks, which is added where it is new, and stays if it
 * has a model then.
 *
 * @throws {ModelChangeError} when there are too many already
 * @throws what `work` throws
 */
export async function onLine<T>(
  network: Network,
  networks: Networks,
  work: () => Promise<T>,
): Promise<T> {
  const isNew = !networks.has(network);
  if (isNew) {
    const reason = networks.add(network);
    if (reason !== undefined) throw new ModelChangeError(reason);
  }
  try {
    return await work();
  } finally {
    if (isNew && !network.live) networks.remove(network);
  }
}
