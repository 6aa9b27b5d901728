/**
 * What every store has to do, whatever it keeps its data in.
 *
 * @module
 */

import type { Store } from "../../lib/store/store.ts";
import { GENERAL_TESTS } from "./conformance/general.ts";
import { MESSAGE_TESTS } from "./conformance/messages.ts";
import { MODEL_TESTS } from "./conformance/models.ts";
import { POOL_TESTS } from "./conformance/pool.ts";
import { RESERVATION_TESTS } from "./conformance/reservations.ts";
import { TRAINING_TESTS } from "./conformance/trainings.ts";

/** An empty store, and what removes it after the test. */
export interface StoreUnderTest {
  store: Store;
  /** Called after the store was closed. */
  cleanup: () => Promise<void>;
}

/**
 * Registers the conformance tests for one kind of store.
 *
 * @param name of the kind
 * @param open an empty store, for each test anew
 * @param ignore true where such a store cannot be had
 */
export function conformanceTests(
  name: string,
  open: () => Promise<StoreUnderTest>,
  ignore = false,
): void {
  const tests = {
    ...GENERAL_TESTS,
    ...POOL_TESTS,
    ...MESSAGE_TESTS,
    ...RESERVATION_TESTS,
    ...MODEL_TESTS,
    ...TRAINING_TESTS,
  };
  for (const [title, run] of Object.entries(tests)) {
    Deno.test({ name: `${name}: ${title}`, ignore }, async () => {
      const { store, cleanup } = await open();
      try {
        await run(store);
      } finally {
        await store.close();
        await cleanup();
      }
    });
  }
}
