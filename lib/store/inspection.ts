/**
 * A store as somebody looks at it who must not change it.
 *
 * @module
 */

import type { RedisFacts } from "./redis/facts.ts";
import type { SeriesDetails } from "./series_details.ts";
import type { FileFacts } from "./sqlite/facts.ts";
import type { Series, Store } from "./store.ts";

/** What there is to know of a store without changing it. */
export interface Inspection {
  facts: RedisFacts | FileFacts;
  /**
   * Answers whatever only reads; absent where the facts tell that nothing can
   * be read.
   */
  store?: Store;
  /**
   * Details of a series.
   *
   * @throws {import("./store.ts").StoreError} (as a rejection) when it cannot
   * be read
   */
  detailsOf(series: Series): Promise<SeriesDetails>;
  close(): Promise<void>;
}
