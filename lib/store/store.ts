/**
 * What neurald keeps, and what it asks of the place that keeps it.
 *
 * A store knows bytes, keys and times. It does not know what a symbol or a
 * network is: samples, model fields and training records are opaque to it.
 * The same interface is implemented over SQLite (one host) and Redis (several
 * hosts and rspamd), and both pass the tests in `tests/store/conformance.ts`.
 *
 * @module
 */

import type { ClassCounts, MailClass } from "../features/mail_class.ts";
import type {
  ModelFields,
  ProfileRecord,
  StoredProfile,
} from "./stored_profile.ts";

export type { ModelFields, ProfileRecord, StoredProfile };

/**
 * Names one line of networks: all profiles, samples and models of one rule,
 * one settings id and one metatoken version. It is rspamd's profile key, for
 * example `rn3_default_3_default` (see `lib/model/keys.ts`).
 */
export type Series = string;

/** See {@linkcode Store.pluginVersion}. */
export type PluginVersion = 2 | 3;

/**
 * Where a sample came from: somebody taught a message by hand, or by moving it
 * to a folder, or a rule learned it by itself, or somebody taught vectors.
 */
export type SampleSource = "hand" | "folder" | "auto" | "vectors";

/** A sample to keep: a message's features, and the class they belong to. */
export interface Sample {
  class: MailClass;
  /** Opaque; two samples with equal bytes are the same sample. */
  features: Uint8Array;
  source: SampleSource;
  /**
   * Identifies the message, in 16 bytes: two samples with equal ones are the
   * same sample, too.
   */
  message?: Uint8Array;
}

/**
 * What became of a sample: it is new, it was there already, it was there as
 * the other class and was moved, or it stays as the other class because people
 * said so.
 */
export type SampleOutcome = "added" | "known" | "moved" | "overruled";

/**
 * Where samples of a pool are from: besides the sources that they are given
 * with, rspamd's scanners, or an older version that did not note it.
 */
export type PoolSource = SampleSource | "rspamd" | "unknown";

/** Samples of a pool that have the same origin. */
export interface PoolGroup {
  class: MailClass;
  source: PoolSource;
  /** Whether no finished training has seen them. */
  fresh: boolean;
  samples: number;
  /** Unix time in seconds at which the oldest was added, where it is known. */
  oldest?: number;
  /** The same of the newest. */
  newest?: number;
}

/** A share of what may be learned in a day. */
export interface Reservation {
  /** Names what is counted, apart from the series and the class. */
  prefix: string;
  class: MailClass;
  /** How many are asked for. */
  wanted: number;
  /** How many a day may have. */
  limit: number;
}

/** How full the pool of a series is. */
export interface PoolCounts {
  /** Samples that no finished training has seen. */
  fresh: ClassCounts;
  /** Samples kept from earlier trainings. */
  retained: ClassCounts;
  /** Samples that could not be read and were set aside. */
  quarantined: number;
}

/** A series from afar. */
export interface Overview {
  /** Whether it has a sample (quarantined or not), a profile or a record. */
  isUsed: boolean;
  counts: PoolCounts;
  /**
   * Opaque, and the same as long as there are the same profiles, used when
   * they were, the newest has its model or none, and the others have the same
   * samples of whoever shares the store.
   */
  state: string;
  /**
   * Why nothing of this can be told, where others do not suffer from it: the
   * one of several servers that has it is away.
   */
  failure?: StoreError;
}

/** All samples of a series, in one buffer that can be transferred whole. */
export interface StoredSamples {
  /** The bytes of all samples, one after the other. */
  bytes: Uint8Array;
  /** Where each sample ends in `bytes`; it begins where the one before ends. */
  ends: Uint32Array;
  /** 1 for spam, 0 for ham. */
  isSpam: Uint8Array;
  /** 1 for a sample that no finished training has seen. */
  isFresh: Uint8Array;
  /** Identifies each sample within the series, in the order of arrival. */
  ids: Float64Array;
}

/** Who holds the training lock of a series. */
export interface LockHolder {
  holder: string;
  /** Unix time in seconds at which it was taken or last extended. */
  at: number;
}

/** What a finished training leaves behind in the pool. */
export interface Settlement {
  /** The newest sample that took part; younger ones stay fresh. */
  upTo: number;
  /** How many samples of each class to retain, the newest first. */
  retain: number;
}

/** Everything that becomes visible together when a model is published. */
export interface Publication {
  profile: ProfileRecord;
  fields: ModelFields;
  /** What becomes of the pool; it stays as it is where no training ended. */
  settlement?: Settlement;
  /** The training record, as {@linkcode Store.recordTraining} takes it. */
  record: string;
  /**
   * After how long the model may be forgotten when nobody uses it, where a
   * store is shared with rspamd, which has it so (`ann_expire`).
   */
  expireSeconds: number;
}

/** A record of a training, as it was given. */
export interface TrainingRecord {
  /** Unix time in seconds. */
  at: number;
  /** JSON, opaque to the store. */
  record: string;
}

/**
 * A store could not do what was asked: it is closed, unreachable, full,
 * damaged, or of another version. The message says which, and what to do.
 */
export class StoreError extends Error {
  override name = "StoreError";
}

/**
 * A place that keeps samples, models, profiles, locks and training records.
 *
 * Every method rejects with {@linkcode StoreError} when the store cannot
 * answer; what it was asked to change is then unchanged.
 */
export interface Store {
  /** The URL it was opened by, without secrets. */
  readonly url: string;

  /**
   * Version of rspamd's plugin whose keys are used: 2 (rspamd 2.x and 3.x) or
   * 3 (4.x). Only {@linkcode Store.followRspamd} changes it.
   */
  readonly pluginVersion: PluginVersion;

  /**
   * Finds out again with which rspamd the store is shared, where that may
   * change, and brings along what is kept under the names that series have
   * beside another one.
   *
   * @returns whether series have other names now (`pluginVersion`)
   */
  followRspamd?(): Promise<boolean>;

  /** Rejects unless the store can be read and written now. */
  check(): Promise<void>;

  /**
   * Every series to which a sample, a profile or a training record was added
   * by this interface, and maybe some that have lost all of them since. Of
   * those that somebody else has begun nothing is known but by
   * {@linkcode Store.overview}. While one of several servers is away, they may
   * be those only that are known here.
   */
  series(): Promise<Series[]>;

  /** What each of some series looks like from afar; cheap for many of them. */
  overview(series: readonly Series[]): Promise<Overview[]>;

  /** The profiles of a series, the most recently used first. */
  profiles(series: Series): Promise<StoredProfile[]>;

  /**
   * The fields of a model, or `undefined` when it is not there. A model
   * without fields is not there.
   *
   * @param names of the fields to give, where not all are wanted
   */
  model(
    series: Series,
    key: string,
    names?: readonly string[],
  ): Promise<ModelFields | undefined>;

  /** Notes that a model is in use now, which keeps it from being dropped. */
  touch(series: Series, key: string): Promise<void>;

  /**
   * Adds a profile with a model after one of the same symbols that has no
   * model, and moves the samples that are kept for that one along. Scanners of
   * rspamd look for later versions only.
   *
   * @param key of the profile that has no model
   * @param profile the later version
   * @returns false, with nothing changed, when the first has a model, is not
   * there or is being trained, or when there is the second already
   */
  carryOver(
    series: Series,
    key: string,
    profile: ProfileRecord,
    fields: ModelFields,
  ): Promise<boolean>;

  /**
   * Looks after what is shared with rspamd, where a store is: keeps the model
   * that is in service and the `keep` most recently used ones from expiring,
   * and takes in the samples of profiles that are no longer the newest.
   */
  tend(
    series: Series,
    options: { serving?: string; keep: number; expireSeconds: number },
  ): Promise<void>;

  /**
   * Drops profiles, but never the one whose key is `serving`: with their
   * models those beyond the `keep` most recently used that have one; and of
   * those without, what is beyond the `keep` most recently used or was not
   * used for `unusedSeconds`, by the clock of the store.
   *
   * @returns the profiles dropped
   */
  prune(
    series: Series,
    options: { keep: number; unusedSeconds: number; serving?: string },
  ): Promise<ProfileRecord[]>;

  /**
   * Drops one profile with its model.
   *
   * @returns false when there was none
   */
  remove(series: Series, key: string): Promise<boolean>;

  /** How full the pool is. */
  counts(series: Series): Promise<PoolCounts>;

  /** What the pool consists of; dearer than {@linkcode Store.counts}. */
  pool(series: Series): Promise<PoolGroup[]>;

  /**
   * Keeps samples. Resolves once they are durable, with one outcome each.
   * Many samples are the same as one after the other.
   *
   * A message is one sample, with the features of its first scan: a later scan
   * knows more than any will that is to be scored. Without a message, or where
   * it is new, equal features are the same sample.
   *
   * A sample that moves to the other class is fresh, and the newest. What
   * people taught is not moved by `auto`. What they confirm is theirs from
   * then on.
   *
   * Beyond `limit` samples of a class the oldest make room: retained ones
   * first, then fresh ones.
   */
  addSamples(
    series: Series,
    samples: Sample[],
    limit: number,
  ): Promise<SampleOutcome[]>;

  /**
   * Takes a share of what may be learned today, a day of UTC by the clock of
   * the store. All that share the store are counted together, and never get
   * more than the limit; what is not used is lost.
   *
   * @returns how many of those wanted may be learned
   */
  reserve(series: Series, reservation: Reservation): Promise<number>;

  /** Every sample that is not quarantined, oldest first. */
  samples(series: Series): Promise<StoredSamples>;

  /**
   * Takes in all that whoever shares the store has kept as samples so far.
   *
   * @returns the id of the newest sample, 0 if there is none: those that come
   * later have a greater one, or, while they are not taken in, a negative one
   */
  takeIn(series: Series): Promise<number>;

  /**
   * Sets samples aside that turned out to be unreadable, with the reason.
   * The newest 1,000 of a series are kept to be looked at.
   */
  quarantine(
    series: Series,
    entries: { id: number; reason: string }[],
  ): Promise<void>;

  /**
   * Takes the training lock of a series unless somebody else holds it and
   * took or extended it less than `expireSeconds` ago.
   *
   * @returns nothing when it is taken, or else who holds it
   */
  lock(
    series: Series,
    holder: string,
    expireSeconds: number,
  ): Promise<LockHolder | undefined>;

  /** Extends a lock. False when `holder` no longer holds it. */
  extendLock(series: Series, holder: string): Promise<boolean>;

  /** Releases a lock, if `holder` still holds it. */
  unlock(series: Series, holder: string): Promise<void>;

  /**
   * Publishes a model and releases the lock, all or nothing.
   *
   * @returns false, with nothing changed, when `holder` does not hold the lock
   */
  publish(
    series: Series,
    holder: string,
    publication: Publication,
  ): Promise<boolean>;

  /**
   * Records a training that published nothing (refused or failed), and, if
   * `holder` still holds the lock, settles the pool where the samples were
   * used up, and releases the lock. The newest 100 records of a series are
   * kept.
   */
  recordTraining(
    series: Series,
    holder: string,
    record: string,
    settlement?: Settlement,
  ): Promise<void>;

  /** The training records of a series, newest first, at most `limit`. */
  trainings(series: Series, limit: number): Promise<TrainingRecord[]>;

  /**
   * Resolves with the reason when the store has ended by itself, and will
   * answer nothing until it is opened again; absent where that cannot be.
   */
  readonly ended?: Promise<StoreError>;

  /**
   * Finishes what was begun and closes. Other calls are refused afterwards.
   *
   * @param withinMs after this long it is closed in any case, and rejects
   */
  close(withinMs?: number): Promise<void>;
}
