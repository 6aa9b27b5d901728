/**
 * The samples of series in Redis: neurald's own, which are named features, and
 * the vectors that rspamd's scanners store.
 *
 * @module
 */

import { Layout } from "../../features/layout.ts";
import { MAIL_CLASSES } from "../../features/mail_class.ts";
import { DIGEST_BYTES, sampleDigest } from "../sample_digest.ts";
import type {
  PoolCounts,
  ProfileRecord,
  Sample,
  SampleOutcome,
  Series,
  StoredSamples,
} from "../store.ts";
import type { RedisClient } from "./client.ts";
import type { Dialect } from "./dialect.ts";
import { inParts } from "./in_parts.ts";
import type { Argument, Reply } from "./link.ts";
import { poolCounts } from "./overview.ts";
import { readProfiles } from "./profiles.ts";
import type { Registry } from "./registry.ts";
import { list, profileOf, text } from "./replies.ts";
import {
  type DamagedVector,
  metatokensOf,
  readVectors,
  type ScannerSample,
  vectorFor,
} from "./scanner_vectors.ts";
import type { ScriptName } from "./scripts.ts";

/** More than any pool holds. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** Others wait while a script runs: some 5 ms for as many samples. */
const MOST_AT_A_TIME = 500;

/** For how long a profile is taken for the newest; the script knows better. */
const PROFILE_MS = 1000;

const OUTCOMES: SampleOutcome[] = ["known", "added", "moved"];

/** What vectors are laid out by at the moment. */
interface Target {
  modelKey: string;
  layout: Layout;
}

/** The pools of samples in a Redis. */
export class RedisPool {
  readonly #connection: RedisClient;
  readonly #registry: Registry;
  readonly #dialect: () => Dialect;
  /** The vectors among the samples that were read last. */
  readonly #vectors = new Map<Series, ScannerSample[]>();
  readonly #targets = new Map<Series, { target?: Target; until: number }>();

  /**
   * The pools behind a connection.
   *
   * @param registry is told of series that get samples
   * @param dialect how vectors are stored now
   */
  constructor(
    connection: RedisClient,
    registry: Registry,
    dialect: () => Dialect,
  ) {
    this.#connection = connection;
    this.#registry = registry;
    this.#dialect = dialect;
  }

  #run(
    script: ScriptName,
    series: Series,
    ...args: Argument[]
  ): Promise<Reply> {
    return this.#connection.run(script, this.#connection.keys.of(series), args);
  }

  /** See {@linkcode import("../store.ts").Store.counts}. */
  async counts(series: Series): Promise<PoolCounts> {
    return poolCounts(await this.#run("counts", series));
  }

  /**
   * See {@linkcode import("../store.ts").Store.addSamples}. Where rspamd has
   * decided on the symbols, a sample is stored as a vector, as its scanners do,
   * for either to train.
   */
  async add(
    series: Series,
    samples: Sample[],
    limit: number,
  ): Promise<SampleOutcome[]> {
    if (samples.length === 0) return [];
    const copies = samples.map(({ class: mailClass, features }) => ({
      class: mailClass,
      // Its owner may go on using it.
      features: Uint8Array.from(features),
    }));
    return await this.#add(series, copies, limit, this.#target(series));
  }

  async #add(
    series: Series,
    samples: Sample[],
    limit: number,
    target: Target | undefined,
  ): Promise<SampleOutcome[]> {
    const noted = this.#registry.note(series);
    const batches = inParts(samples, MOST_AT_A_TIME).map((part) =>
      this.#run(
        "addSamples",
        series,
        String(limit),
        target?.modelKey ?? "",
        String(this.#dialect()),
        ...part.flatMap((sample) => argumentsOf(sample, target)),
      )
    );
    const [outcomes] = await Promise.all([Promise.all(batches), noted]);
    return outcomes.flatMap(list).map((outcome) => OUTCOMES[outcome as number]);
  }

  /**
   * What is known at once, so that what is asked first is done first; samples
   * can be kept without it. It is looked up again in the background.
   */
  #target(series: Series): Target | undefined {
    const known = this.#targets.get(series);
    if (!known || performance.now() > known.until) {
      this.#targets.set(series, {
        target: known?.target,
        until: performance.now() + PROFILE_MS,
      });
      // Whoever asks for samples next is told what is wrong.
      this.#lookUp(series).catch(() => {});
    }
    return known?.target;
  }

  async #lookUp(
    series: Series,
  ): Promise<{ profile: ProfileRecord; target?: Target } | undefined> {
    const profiles = await readProfiles(this.#connection, series);
    const newest = profiles.find(({ isNewest }) => isNewest);
    if (!newest) return undefined;
    const { profile, isAdopted } = newest;
    const target = isAdopted
      ? {
        modelKey: profile.redis_key,
        layout: new Layout(metatokensOf(series), profile.symbols),
      }
      : undefined;
    const until = performance.now() + PROFILE_MS;
    this.#targets.set(series, { target, until });
    return { profile, target };
  }

  /**
   * See {@linkcode import("../store.ts").Store.samples}. Vectors come first;
   * their ids are negative, and hold until samples are read again. Those that
   * cannot be read are set aside.
   */
  async read(series: Series): Promise<StoredSamples> {
    const [own, stored] = await Promise.all([
      this.#run("readSamples", series),
      this.#run("readVectors", series, ""),
    ]);
    const { rows, digests } = ownRows(list(own));
    // A vector may be there twice: in a list, or packed by another zstd.
    const seen = { spam: new Set(digests), ham: new Set(digests) };
    const vectors = (await this.#readable(series, stored))
      .filter(({ class: mailClass, features }) =>
        isNew(hex(sampleDigest(features)), seen[mailClass])
      );
    this.#vectors.set(series, vectors);
    return packed([
      ...vectors.map(({ class: mailClass, features }, i) => ({
        id: i - vectors.length,
        isSpam: mailClass === "spam" ? 1 : 0,
        isFresh: 1,
        features,
      })),
      ...rows,
    ]);
  }

  async #readable(series: Series, stored: Reply): Promise<ScannerSample[]> {
    const version = metatokensOf(series);
    const samples: ScannerSample[] = [];
    const damaged: DamagedVector[] = [];
    for (const entry of list(stored)) {
      const [name, mailClass, json, vectors] = list(entry);
      const profile = profileOf(json);
      if (!profile) continue;
      const read = readVectors({
        name: text(name),
        class: text(mailClass) === "spam" ? "spam" : "ham",
        profile,
        vectors: list(vectors) as Uint8Array[],
      }, version);
      samples.push(...read.samples);
      damaged.push(...read.damaged);
    }
    await this.#setAside(series, damaged);
    return samples;
  }

  /** See {@linkcode import("../store.ts").Store.quarantine}. */
  async quarantine(
    series: Series,
    entries: { id: number; reason: string }[],
  ): Promise<void> {
    const vectors = this.#vectors.get(series) ?? [];
    const own = entries.filter(({ id }) => id >= 0);
    const theirs = entries.flatMap(({ id, reason }) => {
      const vector = id < 0 ? vectors[vectors.length + id] : undefined;
      return vector ? [{ ...vector, reason }] : [];
    });
    await Promise.all([
      this.#setAside(series, theirs),
      this.#run(
        "quarantine",
        series,
        ...own.flatMap(({ id, reason }) => [String(id), reason]),
      ),
    ]);
  }

  async #setAside(series: Series, damaged: DamagedVector[]): Promise<void> {
    const sets = Map.groupBy(damaged, ({ name }) => name);
    await Promise.all(
      [...sets].flatMap(([name, entries]) =>
        inParts(entries, MOST_AT_A_TIME).map((part) =>
          this.#run(
            "quarantineVectors",
            series,
            name,
            part[0].class,
            ...part.flatMap(({ vector, reason }) => [vector, reason]),
          )
        )
      ),
    );
  }

  /**
   * Retains the newest of the vectors that were read last, by the names of
   * their symbols. In their sets, where they stay, they count as copies.
   */
  async retainVectors(series: Series, retain: number): Promise<void> {
    const vectors = this.#vectors.get(series) ?? [];
    for (const mailClass of MAIL_CLASSES) {
      const retained = retain === 0 ? [] : vectors
        .filter((vector) => vector.class === mailClass)
        .slice(-retain);
      for (const part of inParts(retained, MOST_AT_A_TIME)) {
        const args = part.flatMap((sample) => [
          sample.class,
          sampleDigest(sample.features),
          sample.features,
        ]);
        await this.#run(
          "retainSamples",
          series,
          String(retain),
          ...args,
        );
      }
    }
  }

  /** Takes the vectors that were read last out of their sets. */
  async dropVectors(series: Series): Promise<void> {
    const vectors = this.#vectors.get(series) ?? [];
    this.#vectors.delete(series);
    await this.#drop(series, vectors);
  }

  async #drop(series: Series, vectors: ScannerSample[]): Promise<void> {
    const sets = Map.groupBy(vectors, ({ name }) => name);
    for (const [name, members] of sets) {
      for (const part of inParts(members, MOST_AT_A_TIME)) {
        const args = part.map(({ vector }) => vector);
        await this.#run("dropVectors", series, name, ...args);
      }
    }
  }

  /**
   * Takes in the vectors of profiles that are not the newest any more, by the
   * names of their symbols: scanners have turned to the newest.
   */
  async takeIn(series: Series): Promise<void> {
    const newest = await this.#lookUp(series);
    if (!newest) return;
    const { profile, target } = newest;
    const stored = await this.#run("readVectors", series, profile.redis_key);
    const vectors = await this.#readable(series, stored);
    if (vectors.length === 0) return;
    // First they are there twice, which is noticed, rather than nowhere. By a
    // later target they would be known where they are dropped from.
    await this.#add(series, vectors, NO_LIMIT, target);
    await this.#drop(series, vectors);
  }
}

function argumentsOf(
  { class: mailClass, features }: Sample,
  target: Target | undefined,
): Argument[] {
  const vector = target && vectorFor(features, target.layout);
  return [mailClass, sampleDigest(features), features, vector ?? ""];
}

/** Whether it is not among what has been seen; it is from then on. */
function isNew(digest: string, seen: Set<string>): boolean {
  const { size } = seen;
  return seen.add(digest).size > size;
}

function hex(bytes: Uint8Array): string {
  return bytes.toHex();
}

interface Row {
  id: number;
  isSpam: number;
  isFresh: number;
  features: Uint8Array;
}

/** Reads what `read_samples.lua` answers, in the order of ids. */
function ownRows(reply: Reply[]): { rows: Row[]; digests: Set<string> } {
  const [freshSpam, freshHam, spam, ham, all] = reply.map(list);
  const digests = new Set<string>();
  const values = new Map<number, Uint8Array>();
  for (let i = 0; i < all.length; i += 2) {
    const value = all[i + 1] as Uint8Array;
    digests.add(hex(value.subarray(0, DIGEST_BYTES)));
    values.set(Number(text(all[i])), value.subarray(DIGEST_BYTES));
  }
  const kinds = [
    { ids: freshSpam, isSpam: 1, isFresh: 1 },
    { ids: freshHam, isSpam: 0, isFresh: 1 },
    { ids: spam, isSpam: 1, isFresh: 0 },
    { ids: ham, isSpam: 0, isFresh: 0 },
  ];
  const rows = kinds.flatMap(({ ids, ...kind }) =>
    ids.map((reply) => Number(text(reply)))
      .map((id) => ({ id, ...kind, features: values.get(id)! }))
  );
  return { rows: rows.sort((a, b) => a.id - b.id), digests };
}

function packed(rows: Row[]): StoredSamples {
  const size = rows.reduce((sum, { features }) => sum + features.length, 0);
  const bytes = new Uint8Array(size);
  let end = 0;
  const ends = Uint32Array.from(rows, ({ features }) => {
    bytes.set(features, end);
    return end += features.length;
  });
  return {
    bytes,
    ends,
    isSpam: Uint8Array.from(rows, ({ isSpam }) => isSpam),
    isFresh: Uint8Array.from(rows, ({ isFresh }) => isFresh),
    ids: Float64Array.from(rows, ({ id }) => id),
  };
}
