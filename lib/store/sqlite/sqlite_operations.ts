import type { DatabaseSync } from "node:sqlite";
import { storeHealth } from "./health.ts";
import { trainingLocks } from "./locks.ts";
import { storedModels } from "./models.ts";
import type { Operations } from "./operations.ts";
import { samplePool } from "./pool.ts";
import { reservations } from "./reservations.ts";
import { sampleOperations } from "./samples.ts";
import { seriesNames } from "./series.ts";
import { trainingRecords } from "./trainings.ts";

/**
 * Everything a store does, over a database. Each operation has to be called
 * inside a transaction.
 *
 * @param now unix time in seconds
 */
export function sqliteOperations(
  database: DatabaseSync,
  now: () => number,
): Operations {
  const series = seriesNames(database);
  const pool = samplePool(database, series, now);
  const models = storedModels(database, series, now);
  const locks = trainingLocks(database, series, now);
  const trainings = trainingRecords(database, series, now);

  return {
    ...storeHealth(database, now),
    ...sampleOperations(database, series, now),
    ...reservations(database, series, now),
    ...pool,
    ...models,
    ...locks,
    ...trainings,

    series: () => series.used(),

    overview: (names) =>
      names.map((name) => {
        const counts = pool.counts(name);
        const state = models.stateOf(name);
        return { isUsed: series.isUsed(name), counts, state };
      }),

    publish(name, holder, { profile, fields, settlement, record }) {
      const id = series.find(name);
      if (!locks.release(id, holder)) return false;
      models.put(id, profile, fields);
      if (settlement !== undefined) pool.settle(id, settlement);
      trainings.add(id, record);
      return true;
    },

    recordTraining(name, holder, record, settlement) {
      const id = series.ensure(name);
      const wasHeld = locks.release(id, holder);
      if (wasHeld && settlement !== undefined) pool.settle(id, settlement);
      trainings.add(id, record);
    },
  };
}
