import { createHash } from "node:crypto";
import { compareNames } from "../../features/symbol_names.ts";
import type {
  ModelFields,
  PoolCounts,
  ProfileRecord,
  Sample,
  SampleOutcome,
  Series,
  Store,
  StoredSamples,
} from "../store.ts";
import type { Argument, Connection, Reply } from "./connection.ts";
import { keysInUse, keysOf, REGISTRY } from "./keys.ts";
import type { SCRIPTS } from "./scripts.ts";

/** Written to find out whether Redis takes writes. */
const HEALTH_KEY = "neurald_health";
const HEALTH_SECONDS = "3600";
const QUARANTINE_LIMIT = "1000";
const DIGEST_BYTES = 16;

/** Other clients wait while a script runs: 5 ms for as many samples. */
const SAMPLES_AT_A_TIME = 500;

const OUTCOMES: SampleOutcome[] = ["known", "added", "moved"];
/** What scanners and trainers note beside the fields of a model. */
const NOTES = ["lock", "hostname", "obsolete"];

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const text = (reply: Reply) => decoder.decode(reply as Uint8Array);
const list = (reply: Reply) => reply as Reply[];

/** A store in one Redis. It ends with the connection. */
export function redisStore(connection: Connection): Store {
  const run = (
    script: keyof typeof SCRIPTS,
    series: Series,
    ...args: Argument[]
  ) => connection.run(script, keysOf(series), args);

  return {
    url: connection.url,

    async check() {
      const now = String(Date.now() / 1000);
      await connection.ask("SET", HEALTH_KEY, now, "EX", HEALTH_SECONDS);
    },

    async series() {
      const names = list(await connection.ask("SMEMBERS", REGISTRY)).map(text);
      const isUsed = await Promise.all(
        names.map((name) => connection.ask("EXISTS", ...keysInUse(name))),
      );
      return names.filter((_, i) => isUsed[i] !== 0).sort(compareNames);
    },

    async profiles(series) {
      return list(await run("profiles", series)).flatMap((entry) => {
        const [json, usedAt, fields] = list(entry);
        const profile = profileOf(text(json));
        return profile === undefined ? [] : [{
          profile,
          usedAt: Number(text(usedAt)),
          hasModel: (fields as number) > 0,
        }];
      });
    },

    async model(series, key) {
      const [profiles, reply] = await Promise.all([
        this.profiles(series),
        connection.ask("HGETALL", key),
      ]);
      if (!profiles.some(({ profile }) => profile.redis_key === key)) return;
      const fields = fieldsOf(list(reply));
      return Object.keys(fields).length > 0 ? fields : undefined;
    },

    async touch(series, key) {
      await run("touch", series, key);
    },

    async prune(series, { keep, usedBefore, serving }) {
      const dropped = await run(
        "prune",
        series,
        String(keep),
        String(usedBefore),
        serving ?? "",
      );
      return list(dropped).map((json) => profileOf(text(json)))
        .filter((profile) => profile !== undefined);
    },

    async counts(series): Promise<PoolCounts> {
      const [freshSpam, freshHam, spam, ham, quarantined] = list(
        await run("counts", series),
      ) as number[];
      return {
        fresh: { spam: freshSpam, ham: freshHam },
        retained: { spam, ham },
        quarantined,
      };
    },

    async addSamples(series, samples, limit) {
      const batches = [];
      for (let at = 0; at < samples.length; at += SAMPLES_AT_A_TIME) {
        const batch = samples.slice(at, at + SAMPLES_AT_A_TIME);
        const args = batch.flatMap(argumentsOf);
        batches.push(run("addSamples", series, series, String(limit), ...args));
      }
      const outcomes = (await Promise.all(batches)).flatMap(list);
      return outcomes.map((outcome) => OUTCOMES[outcome as number]);
    },

    async samples(series) {
      return storedSamples(list(await run("readSamples", series)));
    },

    async quarantine(series, entries) {
      const args = entries.flatMap(({ id, reason }) => [String(id), reason]);
      await run("quarantine", series, QUARANTINE_LIMIT, ...args);
    },

    async lock(series, holder, expireSeconds) {
      const reply = await run("lock", series, holder, String(expireSeconds));
      if (reply === 1) return;
      const [at, by] = list(reply);
      return { holder: text(by), at: Number(text(at)) };
    },

    extendLock: async (series, holder) =>
      await run("extendLock", series, holder) === 1,

    async unlock(series, holder) {
      await run("unlock", series, holder);
    },

    async publish(series, holder, { profile, fields, settlement, record }) {
      const published = await run(
        "publish",
        series,
        holder,
        series,
        profile.redis_key,
        JSON.stringify(profile),
        record,
        String(settlement.upTo),
        String(settlement.retain),
        ...Object.entries(fields).flatMap(([name, bytes]) => [name, bytes]),
      );
      return published === 1;
    },

    async recordTraining(series, holder, record, settlement) {
      const { upTo, retain } = settlement ?? {};
      const args = settlement ? [String(upTo), String(retain)] : [];
      await run("recordTraining", series, holder, series, record, ...args);
    },

    async trainings(series, limit) {
      const key = keysOf(series)[9];
      const newest = await connection.ask("LRANGE", key, "0", `${limit - 1}`);
      return list(newest).map((reply) => {
        const entry = text(reply);
        const space = entry.indexOf(" ");
        return {
          at: Number(entry.slice(0, space)),
          record: entry.slice(space + 1),
        };
      });
    },

    close: () => connection.close(),
  };
}

function argumentsOf({ class: mailClass, features }: Sample): Argument[] {
  // A copy: its owner may go on using it.
  return [mailClass, digestOf(features), Uint8Array.from(features)];
}

/** Tells samples apart, by 128 bits of blake2b. */
function digestOf(features: Uint8Array): Uint8Array {
  return createHash("blake2b512").update(features).digest()
    .subarray(0, DIGEST_BYTES);
}

/** A profile, unless it is damaged or of somebody else. */
function profileOf(json: string): ProfileRecord | undefined {
  try {
    const profile = JSON.parse(json) as ProfileRecord;
    const isProfile = typeof profile.redis_key === "string" &&
      typeof profile.digest === "string" &&
      Number.isSafeInteger(profile.version) && Array.isArray(profile.symbols);
    return isProfile ? profile : undefined;
  } catch {
    return undefined;
  }
}

function fieldsOf(reply: Reply[]): ModelFields {
  const fields: [string, Uint8Array][] = [];
  for (let i = 0; i < reply.length; i += 2) {
    const name = text(reply[i]);
    const bytes = Uint8Array.from(reply[i + 1] as Uint8Array);
    if (!NOTES.includes(name)) fields.push([name, bytes]);
  }
  return Object.fromEntries(fields);
}

/** Makes one buffer of what `read_samples.lua` answers. */
function storedSamples(reply: Reply[]): StoredSamples {
  const [freshSpam, freshHam, spam, ham, all] = reply.map(list);
  const values = new Map<number, Uint8Array>();
  for (let i = 0; i < all.length; i += 2) {
    const value = all[i + 1] as Uint8Array;
    values.set(Number(text(all[i])), value.subarray(DIGEST_BYTES));
  }
  const rows = [
    ...freshSpam.map((id) => ({ id, isSpam: 1, isFresh: 1 })),
    ...freshHam.map((id) => ({ id, isSpam: 0, isFresh: 1 })),
    ...spam.map((id) => ({ id, isSpam: 1, isFresh: 0 })),
    ...ham.map((id) => ({ id, isSpam: 0, isFresh: 0 })),
  ].map((row) => ({ ...row, id: Number(text(row.id)) }))
    .sort((a, b) => a.id - b.id);
  const features = rows.map(({ id }) => values.get(id)!);
  const bytes = new Uint8Array(
    features.reduce((sum, { length }) => sum + length, 0),
  );
  const ends = new Uint32Array(rows.length);
  let end = 0;
  features.forEach((part, i) => {
    bytes.set(part, end);
    end += part.length;
    ends[i] = end;
  });
  return {
    bytes,
    ends,
    isSpam: Uint8Array.from(rows, (row) => row.isSpam),
    isFresh: Uint8Array.from(rows, (row) => row.isFresh),
    ids: Float64Array.from(rows, (row) => row.id),
  };
}
