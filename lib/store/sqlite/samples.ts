import type { DatabaseSync } from "node:sqlite";
import { sampleDigest } from "../sample_digest.ts";
import type { Sample, SampleOutcome, StoredSamples } from "../store.ts";
import { isTaught } from "../taught.ts";
import type { Operations } from "./operations.ts";
import type { SeriesId, SeriesNames } from "./series.ts";
import { numberOf, SOURCES } from "./sources.ts";
import { prepare } from "./statement.ts";

/** A sample that is there, as far as others are compared with it. */
interface KnownSample {
  id: number;
  is_spam: number;
  source: number;
  message: Uint8Array | null;
}

const KNOWN = "SELECT id, is_spam, source, message FROM samples";

/** Adding and reading the samples that trainings learn from. */
export function sampleOperations(
  database: DatabaseSync,
  series: SeriesNames,
  now: () => number,
): Pick<Operations, "addSamples" | "samples" | "takeIn"> {
  const findFeatures = prepare<[SeriesId, digest: Uint8Array], KnownSample>(
    database,
    `${KNOWN} WHERE series = ? AND digest = ?`,
  );
  const findMessage = prepare<[SeriesId, message: Uint8Array], KnownSample>(
    database,
    `${KNOWN} WHERE series = ? AND message = ?`,
  );
  const confirm = prepare<
    [source: number, message: Uint8Array | null, id: number]
  >(database, "UPDATE samples SET source = ?, message = ? WHERE id = ?");
  const insert = prepare<
    [
      SeriesId,
      isSpam: number,
      digest: Uint8Array,
      features: Uint8Array,
      source: number,
      at: number,
      message: Uint8Array | null,
    ]
  >(
    database,
    `INSERT INTO samples
      (series, is_spam, is_fresh, digest, features, source, at, message)
      VALUES (?, ?, 1, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const featuresOf = prepare<
    [id: number],
    { digest: Uint8Array; features: Uint8Array }
  >(database, "SELECT digest, features FROM samples WHERE id = ?");
  const drop = prepare<[id: number]>(
    database,
    "DELETE FROM samples WHERE id = ?",
  );
  const count = prepare<[SeriesId, isSpam: number], { samples: number }>(
    database,
    `SELECT total(samples) AS samples FROM pools
      WHERE series = ? AND is_spam = ?`,
  );
  const evict = prepare<[SeriesId, isSpam: number, excess: number]>(
    database,
    `DELETE FROM samples WHERE id IN (
      SELECT id FROM samples WHERE series = ? AND is_spam = ?
        ORDER BY is_fresh, id LIMIT ?)`,
  );
  const size = prepare<[SeriesId], { samples: number; bytes: number }>(
    database,
    `SELECT count(*) AS samples, total(length(features)) AS bytes
      FROM samples WHERE series = ?`,
  );
  const rows = prepare<
    [SeriesId],
    { id: number; is_spam: number; is_fresh: number; features: Uint8Array }
  >(
    database,
    `SELECT id, is_spam, is_fresh, features FROM samples
      WHERE series = ? ORDER BY id`,
  );

  const newest = prepare<[SeriesId], { id: number }>(
    database,
    "SELECT coalesce(max(id), 0) AS id FROM samples WHERE series = ?",
  );

  /**
   * @param counted how many samples there are by class, where it is known; it
   * costs less to count on
   */
  function add(
    id: SeriesId,
    sample: Sample,
    limit: number,
    counted: (number | undefined)[],
  ): SampleOutcome {
    const isSpam = sample.class === "spam" ? 1 : 0;
    const digest = sampleDigest(sample.features);
    const { features, message = null } = sample;
    const source = numberOf(sample.source);
    const at = Math.floor(now());
    // Most are new, and need not be looked for.
    const isNew =
      insert.run(id, isSpam, digest, features, source, at, message) > 0;
    if (!isNew) {
      const known = message && findMessage.get(id, message) ||
        findFeatures.get(id, digest)!;
      const wasTaught = isTaught(SOURCES[known.source]);
      const kept = known.message ?? message;
      if (known.is_spam === isSpam) {
        const isTheirs = isTaught(sample.source) && !wasTaught;
        if (isTheirs || kept !== known.message) {
          confirm.run(isTheirs ? source : known.source, kept, known.id);
        }
        return "known";
      }
      if (wasTaught && !isTaught(sample.source)) return "overruled";
      const first = featuresOf.get(known.id)!;
      drop.run(known.id);
      counted.length = 0;
      insert.run(id, isSpam, first.digest, first.features, source, at, kept);
    }
    counted[isSpam] = counted[isSpam] === undefined
      ? count.get(id, isSpam)!.samples
      : counted[isSpam] + 1;
    const excess = counted[isSpam] - limit;
    if (excess > 0) {
      evict.run(id, isSpam, excess);
      counted[isSpam] = limit;
    }
    return isNew ? "added" : "moved";
  }

  return {
    addSamples(name, samples, limit) {
      const id = series.ensure(name);
      const counted: (number | undefined)[] = [];
      return samples.map((sample) => add(id, sample, limit, counted));
    },

    samples(name) {
      const id = series.find(name);
      const { samples, bytes } = size.get(id)!;
      const stored = allocate(samples, bytes);
      let index = 0;
      let end = 0;
      for (const row of rows.iterate(id)) {
        stored.bytes.set(row.features, end);
        end += row.features.length;
        stored.ends[index] = end;
        stored.isSpam[index] = row.is_spam;
        stored.isFresh[index] = row.is_fresh;
        stored.ids[index] = row.id;
        index++;
      }
      return stored;
    },

    // Nobody else keeps any.
    takeIn: (name) => newest.get(series.find(name))!.id,
  };
}

function allocate(samples: number, bytes: number): StoredSamples {
  if (bytes > 0xffff_ffff) {
    throw new RangeError(
      `the samples take ${bytes} bytes, which is more than 4 GiB and cannot ` +
        "be read at once; lower the number of samples to keep",
    );
  }
  return {
    bytes: new Uint8Array(bytes),
    ends: new Uint32Array(samples),
    isSpam: new Uint8Array(samples),
    isFresh: new Uint8Array(samples),
    ids: new Float64Array(samples),
  };
}
