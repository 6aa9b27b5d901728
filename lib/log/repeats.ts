/**
 * Bounds how often the same is said.
 *
 * @module
 */

import { type Log, logBy, type LogFields, type LogLevel } from "./log.ts";
import { currentRequest } from "./request.ts";

/** What goes wrong for one goes wrong for all; the others keep their pace. */
const BOUNDED: readonly LogLevel[] = ["warn", "error"];

/** How often a message is said in each period; the others are counted. */
const MOST_REPEATS = 10;
const PERIOD_MS = 60_000;

/** Messages that are told apart at a time. */
const MOST_KINDS = 1000;
/** Requests that are named of those that were counted. */
const MOST_REQUESTS = 20;

/** What else tells messages of the same text apart. */
const SUBJECTS = ["rule", "series", "guard", "operation"];

/** How often one message was said in its period. */
interface Kind {
  level: LogLevel;
  message: string;
  subjects: LogFields;
  begin: number;
  times: number;
  /** Ids of requests of which nothing was said. */
  requests: Set<string>;
}

/** A log that says the same a few times a minute, and then how often. */
export interface BoundedLog extends Log, Disposable {}

/**
 * Passes on the first 10 warnings or errors of a kind (the same text about the
 * same subject) in each minute. At its end the others are told in one: how many
 * more there were like it (`more_like_this`), and for which requests. Of the
 * other levels all is passed on.
 *
 * @param now milliseconds
 * @returns tells when it is disposed of what it has not told
 */
export function boundRepeats(
  log: Log,
  now: () => number = () => performance.now(),
): BoundedLog {
  const kinds = new Map<string, Kind>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const tell = ({ level, message, subjects, times, requests }: Kind) => {
    if (times <= MOST_REPEATS) return;
    log[level](message, {
      ...subjects,
      more_like_this: times - MOST_REPEATS,
      ...requests.size > 0 && { request_ids: [...requests] },
    });
  };
  const settle = (isOver: (kind: Kind) => boolean) => {
    for (const [key, kind] of kinds) {
      if (!isOver(kind)) continue;
      kinds.delete(key);
      tell(kind);
    }
  };
  const watch = () => {
    if (timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      settle(({ begin }) => now() >= begin + PERIOD_MS);
      if (kinds.size > 0) watch();
    }, PERIOD_MS);
    // It keeps no process alive.
    Deno.unrefTimer(timer);
  };
  const bounded = logBy((level, message, fields = {}) => {
    if (!BOUNDED.includes(level)) return log[level](message, fields);
    const known = SUBJECTS.filter((name) => fields[name] !== undefined)
      .map((name) => [name, fields[name]]);
    const key = JSON.stringify([level, message, known]);
    let kind = kinds.get(key);
    if (kind && now() >= kind.begin + PERIOD_MS) {
      kinds.delete(key);
      tell(kind);
      kind = undefined;
    }
    if (!kind) {
      // So many at once are a flood of their own: they are told one by one.
      if (kinds.size >= MOST_KINDS) return log[level](message, fields);
      const subjects = Object.fromEntries(known);
      const requests = new Set<string>();
      kind = { level, message, subjects, begin: now(), times: 0, requests };
      kinds.set(key, kind);
      watch();
    }
    if (++kind.times <= MOST_REPEATS) return log[level](message, fields);
    const id = currentRequest()?.id;
    if (id !== undefined && kind.requests.size < MOST_REQUESTS) {
      kind.requests.add(id);
    }
  });
  return {
    ...bounded,
    [Symbol.dispose]() {
      clearTimeout(timer);
      settle(() => true);
    },
  };
}
