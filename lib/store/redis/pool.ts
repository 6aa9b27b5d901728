/**
 * The samples of series in Redis: neurald's own, which are named features, and
 * the vectors that rspamd's scanners store.
 *
 * @module
 */

import { Layout } from "../../features/layout.ts";
import { MAIL_CLASSES } from "../../features/mail_class.ts";
import { sampleDigest } from "../sample_digest.ts";
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
import { aboutSample } from "./origins.ts";
import { poolCounts } from "./overview.ts";
import { ownRows, packed, storedValue } from "./own_samples.ts";
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
const SWEPT_AT_A_TIME = "500";

/** For how long a profile is taken for the newest; the script knows better. */
const PROFILE_MS = 1000;

/** As `adding.lua` numbers them. */
const OUTCOMES: SampleOutcome[] = ["known", "added", "moved", "overruled"];

/** A sample as Redis gets it. */
interface Prepared {
  about: Argument;
  /** See {@linkcode storedValue}. */
  value: Uint8Array;
  /** Empty where it is stored by its features. */
  vector: Argument;
}

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
    const target = this.#target(series);
    // All of it is copied: its owner may go on using it.
    const prepared = samples.map((sample): Prepared => ({
      about: aboutSample(sample),
      value: storedValue(sample.features),
      vector: vectorOf(sample.features, target),
    }));
    const noted = this.#registry.note(series);
    const batches = inParts(prepared, MOST_AT_A_TIME).map((part) =>
      this.#run(
        "addSamples",
        series,
        ...this.#adding(limit, target),
        ...part.flatMap(({ about, value, vector }) => [about, value, vector]),
      )
    );
    const [outcomes] = await Promise.all([Promise.all(batches), noted]);
    return outcomes.flatMap(list).map((outcome) => OUTCOMES[outcome as number]);
  }

  /** What every script that adds samples is told first. */
  #adding(limit: number, target: Target | undefined): Argument[] {
    return [String(limit), target?.modelKey ?? "", String(this.#dialect())];
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
        isNew(sampleDigest(features).toHex(), seen[mailClass])
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
        await this.#run(
          "retainSamples",
          series,
          String(retain),
          mailClass,
          ...part.flatMap(({ name, vector, features }) => [
            name,
            vector,
            storedValue(features),
          ]),
        );
      }
    }
  }

  /** Takes the vectors that were read last out of their sets. */
  async dropVectors(series: Series): Promise<void> {
    const vectors = this.#vectors.get(series) ?? [];
    this.#vectors.delete(series);
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
  async takeInOld(series: Series): Promise<void> {
    const newest = await this.#lookUp(series);
    if (!newest) return;
    const { profile, target } = newest;
    await this.#takeIn(series, profile.redis_key, target);
  }

  /** See {@linkcode import("../store.ts").Store.takeIn}. */
  async takeInAll(series: Series): Promise<number> {
    await this.#takeIn(series, "", undefined);
    const [, state] = this.#connection.keys.of(series);
    const last = await this.#connection.ask("HGET", state, "last_id");
    return last === null ? 0 : Number(text(last));
  }

  /** @param except a model whose vectors stay where they are */
  async #takeIn(
    series: Series,
    except: string,
    target: Target | undefined,
  ): Promise<void> {
    const stored = await this.#run("readVectors", series, except);
    const vectors = await this.#readable(series, stored);
    for (const part of inParts(vectors, MOST_AT_A_TIME)) {
      await this.#run(
        "takeIn",
        series,
        ...this.#adding(NO_LIMIT, target),
        ...part.flatMap(({ name, vector, class: mailClass, features }) => [
          name,
          vector,
          mailClass,
          storedValue(features),
          vectorOf(features, target),
        ]),
      );
    }
  }

  /** Forgets the origins of samples that others have dropped. */
  async sweep(series: Series): Promise<void> {
    let cursor = "0";
    do {
      const next = await this.#run("sweep", series, cursor, SWEPT_AT_A_TIME);
      cursor = text(next);
    } while (cursor !== "0");
  }
}

function vectorOf(
  features: Uint8Array,
  target: Target | undefined,
): Argument {
  return target && vectorFor(features, target.layout) || "";
}

/** Whether it is not among what has been seen; it is from then on. */
function isNew(digest: string, seen: Set<string>): boolean {
  const { size } = seen;
  return seen.add(digest).size > size;
}
