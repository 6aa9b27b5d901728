import type { Store } from "../store.ts";
import type { CallQueue } from "./queue.ts";

/**
 * A store whose operations are calls that wait in a queue.
 *
 * @param url without secrets
 * @param finish closes what answers the calls, after the last was answered
 */
export function queuedStore(
  url: string,
  queue: CallQueue,
  finish: () => Promise<void>,
): Store {
  let closing: Promise<void> | undefined;
  return {
    url,
    pluginVersion: 3,
    check: (...args) => queue.call("check", args),
    series: (...args) => queue.call("series", args),
    overview: (...args) => queue.call("overview", args),
    profiles: (...args) => queue.call("profiles", args),
    model: (...args) => queue.call("model", args),
    touch: (...args) => queue.call("touch", args),
    carryOver: (...args) => queue.call("carryOver", args),
    // Nobody else is there.
    tend: () => Promise.resolve(),
    prune: (...args) => queue.call("prune", args),
    remove: (...args) => queue.call("remove", args),
    counts: (...args) => queue.call("counts", args),
    pool: (...args) => queue.call("pool", args),
    addSamples: (...args) => queue.call("addSamples", args),
    reserve: (...args) => queue.call("reserve", args),
    samples: (...args) => queue.call("samples", args),
    takeIn: (...args) => queue.call("takeIn", args),
    quarantine: (...args) => queue.call("quarantine", args),
    lock: (...args) => queue.call("lock", args),
    extendLock: (...args) => queue.call("extendLock", args),
    unlock: (...args) => queue.call("unlock", args),
    publish: (...args) => queue.call("publish", args),
    recordTraining: (...args) => queue.call("recordTraining", args),
    trainings: (...args) => queue.call("trainings", args),
    close: () => closing ??= queue.close().then(finish),
  };
}
