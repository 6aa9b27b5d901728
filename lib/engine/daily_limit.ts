/**
 * How much is learned in a day without anybody saying what it is
 * (`rate_limit`).
 *
 * @module
 */

import { MAIL_CLASSES, type MailClass } from "../features/mail_class.ts";
import type { Series, Store } from "../store/store.ts";

/** How much of each class a day may have. */
export interface DailyLimit {
  /** Names what is counted. */
  prefix: string;
  maxDaily: number;
}

/** Something that would be learned. */
interface Limited {
  sample: { class: MailClass };
  /** Absent where it is not limited. */
  limit?: DailyLimit;
}

/**
 * Finds what a day has no room for any more. All that share the store are
 * counted together. What is learned counts even if it turns out to be known.
 *
 * @param entries of one rule, so that their limits are the same
 * @returns for those beyond the limit, why they are not learned
 * @throws {import("../store/store.ts").StoreError} when the store fails
 */
export async function beyondLimit<E extends Limited>(
  store: Store,
  series: Series,
  entries: readonly E[],
): Promise<Map<E, string>> {
  const beyond = new Map<E, string>();
  await Promise.all(MAIL_CLASSES.map(async (mailClass) => {
    const limited = entries.filter(({ sample, limit }) =>
      limit && sample.class === mailClass
    );
    if (limited.length === 0) return;
    const { prefix, maxDaily } = limited[0].limit!;
    const granted = await store.reserve(series, {
      prefix,
      class: mailClass,
      wanted: limited.length,
      limit: maxDaily,
    });
    const reason =
      `rate limit: ${maxDaily} ${mailClass} were learned today, max_daily is ${maxDaily}`;
    for (const entry of limited.slice(granted)) beyond.set(entry, reason);
  }));
  return beyond;
}
