import type { DatabaseSync } from "node:sqlite";
import type { ModelFields, ProfileRecord, Series } from "../store.ts";
import { profileFrom } from "../profile_record.ts";
import type { Operations } from "./operations.ts";
import type { SeriesId, SeriesNames } from "./series.ts";
import { prepare, text } from "./statement.ts";

/** Profiles and the models that belong to them. */
export interface Models extends
  Pick<
    Operations,
    "profiles" | "model" | "touch" | "carryOver" | "prune" | "remove"
  > {
  /** As of {@linkcode import("../store.ts").Overview}. */
  stateOf(name: Series): string;
  /** Keeps a model in the place of the one that has the same key, if any. */
  put(series: SeriesId, profile: ProfileRecord, fields: ModelFields): void;
}

interface ProfileRow {
  id: number;
  key: Uint8Array;
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
    `SELECT id, CAST(key AS BLOB) AS key, record, used_at, EXISTS (
        SELECT 1 FROM model_fields WHERE profile = profiles.id) AS has_model
      FROM profiles WHERE series = ? ORDER BY used_at DESC, id DESC`,
  );
  const states = prepare<[SeriesId], Omit<ProfileRow, "record">>(
    database,
    `SELECT CAST(key AS BLOB) AS key, used_at, EXISTS (
        SELECT 1 FROM model_fields WHERE profile = profiles.id) AS has_model
      FROM profiles WHERE series = ? ORDER BY used_at DESC, id DESC`,
  );
  const fieldsOf = prepare<
    [SeriesId, key: string, names: string | null],
    { name: Uint8Array; bytes: Uint8Array }
  >(
    database,
    `SELECT CAST(name AS BLOB) AS name, bytes FROM model_fields
      WHERE profile = (SELECT id FROM profiles WHERE series = ?1 AND key = ?2)
        AND (?3 IS NULL OR name IN (SELECT value FROM json_each(?3)))`,
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

  function put(id: SeriesId, profile: ProfileRecord, fields: ModelFields) {
    const key = profile.redis_key;
    drop.run(id, key);
    const row = insert.get(id, key, JSON.stringify(profile), now())!;
    for (const [name, bytes] of Object.entries(fields)) {
      insertField.run(row.id, name, bytes);
    }
  }

  return {
    profiles: (name) =>
      profiles.all(series.find(name)).flatMap((row) => {
        const profile = profileFrom(row.record);
        return profile === undefined ? [] : [{
          profile,
          usedAt: row.used_at,
          hasModel: row.has_model === 1,
          isAdopted: false,
        }];
      }),

    stateOf: (name) =>
      states.all(series.find(name))
        .map((row) => `${text(row.key)} ${row.used_at} ${row.has_model}`)
        .join(),

    model(name, key, names) {
      const wanted = names === undefined ? null : JSON.stringify(names);
      const fields = fieldsOf.all(series.find(name), key, wanted);
      if (fields.length === 0) return undefined;
      return Object.fromEntries(
        fields.map(({ name, bytes }) => [text(name), bytes]),
      );
    },

    touch(name, key) {
      use.run(now(), series.find(name), key);
    },

    carryOver(name, key, profile, fields) {
      const id = series.find(name);
      const rows = states.all(id);
      const isThere = (key: string) =>
        rows.find((row) => text(row.key) === key);
      if (isThere(key)?.has_model !== 0) return false;
      if (isThere(profile.redis_key)) return false;
      put(id, profile, fields);
      return true;
    },

    prune(name, { keep, unusedSeconds, serving }) {
      const id = series.find(name);
      const usedBefore = now() - unusedSeconds;
      let models = 0;
      const dropped = profiles.all(id)
        .filter((row, rank) =>
          row.has_model === 1
            ? models++ >= keep
            : rank >= keep || row.used_at < usedBefore
        )
        .filter((row) => text(row.key) !== serving);
      for (const row of dropped) drop.run(id, text(row.key));
      return dropped.map(({ record }) => profileFrom(record))
        .filter((profile) => profile !== undefined);
    },

    remove: (name, key) => drop.run(series.find(name), key) > 0,

    put,
  };
}
