import type { DatabaseSync } from "node:sqlite";
import type { ModelFields, ProfileRecord } from "../store.ts";
import type { Operations } from "./operations.ts";
import type { SeriesId, SeriesNames } from "./series.ts";
import { prepare, text } from "./statement.ts";

/** Profiles and the models that belong to them. */
export interface Models
  extends Pick<Operations, "profiles" | "model" | "touch" | "prune"> {
  /** Keeps a model in the place of the one that has the same key, if any. */
  put(series: SeriesId, profile: ProfileRecord, fields: ModelFields): void;
}

interface ProfileRow {
  id: number;
  record: string;
  used_at: number;
  has_model: number;
}

/** The models in a database. */
export function storedModels(
  database: DatabaseSync,
  series: SeriesNames,
  now: () => number,
): Models {
  const profiles = prepare<[SeriesId], ProfileRow>(
    database,
    `SELECT id, record, used_at, EXISTS (
        SELECT 1 FROM model_fields WHERE profile = profiles.id) AS has_model
      FROM profiles WHERE series = ? ORDER BY used_at DESC, id DESC`,
  );
  const fieldsOf = prepare<
    [SeriesId, key: string],
    { name: Uint8Array; bytes: Uint8Array }
  >(
    database,
    `SELECT CAST(name AS BLOB) AS name, bytes FROM model_fields
      WHERE profile = (SELECT id FROM profiles WHERE series = ? AND key = ?)`,
  );
  const use = prepare<[at: number, SeriesId, key: string]>(
    database,
    "UPDATE profiles SET used_at = ? WHERE series = ? AND key = ?",
  );
  const drop = prepare<[SeriesId, key: string]>(
    database,
    "DELETE FROM profiles WHERE series = ? AND key = ?",
  );
  const insert = prepare<
    [SeriesId, key: string, record: string, at: number],
    { id: number }
  >(
    database,
    `INSERT INTO profiles (series, key, record, used_at) VALUES (?, ?, ?, ?)
      RETURNING id`,
  );
  const insertField = prepare<
    [profile: number, name: string, bytes: Uint8Array]
  >(
    database,
    "INSERT INTO model_fields (profile, name, bytes) VALUES (?, ?, ?)",
  );

  return {
    profiles: (name) =>
      profiles.all(series.find(name)).map((row) => ({
        profile: recordOf(row),
        usedAt: row.used_at,
        hasModel: row.has_model === 1,
      })),

    model(name, key) {
      const fields = fieldsOf.all(series.find(name), key);
      if (fields.length === 0) return undefined;
      return Object.fromEntries(
        fields.map(({ name, bytes }) => [text(name), bytes]),
      );
    },

    touch(name, key) {
      use.run(now(), series.find(name), key);
    },

    prune(name, { keep, usedBefore, serving }) {
      const id = series.find(name);
      const dropped = profiles.all(id)
        .filter((row, rank) => rank >= keep || row.used_at < usedBefore)
        .map(recordOf)
        .filter((profile) => profile.redis_key !== serving);
      for (const profile of dropped) drop.run(id, profile.redis_key);
      return dropped;
    },

    put(id, profile, fields) {
      const key = profile.redis_key;
      drop.run(id, key);
      const row = insert.get(id, key, JSON.stringify(profile), now())!;
      for (const [field, bytes] of Object.entries(fields)) {
        insertField.run(row.id, field, bytes);
      }
    },
  };
}

function recordOf(row: ProfileRow): ProfileRecord {
  return JSON.parse(row.record);
}
