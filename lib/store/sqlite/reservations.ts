import type { DatabaseSync } from "node:sqlite";
import type { Operations } from "./operations.ts";
import type { SeriesId, SeriesNames } from "./series.ts";
import { prepare } from "./statement.ts";

const SECONDS_OF_DAY = 86_400;

/** How much of what a day may have is taken, in a database. */
export function reservations(
  database: DatabaseSync,
  series: SeriesNames,
  now: () => number,
): Pick<Operations, "reserve"> {
  const find = prepare<
    [day: number, SeriesId, prefix: string, isSpam: number],
    { taken: number }
  >(
    database,
    `SELECT taken FROM reservations
      WHERE day = ? AND series = ? AND prefix = ? AND is_spam = ?`,
  );
  const put = prepare<
    [day: number, SeriesId, prefix: string, isSpam: number, taken: number]
  >(database, "INSERT OR REPLACE INTO reservations VALUES (?, ?, ?, ?, ?)");
  const dropBefore = prepare<[day: number]>(
    database,
    "DELETE FROM reservations WHERE day < ?",
  );

  return {
    reserve(name, { prefix, class: mailClass, wanted, limit }) {
      const id = series.ensure(name);
      const isSpam = mailClass === "spam" ? 1 : 0;
      const day = Math.floor(now() / SECONDS_OF_DAY);
      dropBefore.run(day);
      const taken = find.get(day, id, prefix, isSpam)?.taken ?? 0;
      const granted = Math.max(0, Math.min(wanted, limit - taken));
      if (granted > 0) put.run(day, id, prefix, isSpam, taken + granted);
      return granted;
    },
  };
}
