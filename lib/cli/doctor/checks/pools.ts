/**
 * What the pools hold, and what the next trainings need.
 *
 * @module
 */

import {
  describePool,
  type NextTraining,
  type PoolStatus,
} from "../../../engine/pools.ts";
import { isChange } from "../../../engine/models/change.ts";
import type { TrainingReport } from "../../../engine/training.ts";
import { MAIL_CLASSES, type MailClass } from "../../../features/mail_class.ts";
import { LEAST_SAMPLES_OF_CLASS } from "../../../train/least_samples.ts";
import type { Store } from "../../../store/store.ts";
import { ageOf, timeOf } from "../../models/describe.ts";
import type { Remark } from "../finding.ts";
import type { Line } from "../lines.ts";
import type { Setup } from "../setup.ts";

/** Among so many records the last training is looked for. */
const RECORDS = 10;

const DAY_SECONDS = 86_400;

/** Looks at the pool of each line of networks. */
export async function checkPools(setup: Setup): Promise<Remark[]> {
  const lines = await setup.lines();
  if (!lines) return [];
  const { detailsOf } = await setup.inspection();
  const retries = await retriesOf(setup);
  const remarks: Remark[] = [];
  for (const line of lines.shown) {
    const { series } = line.network;
    const context = { store: lines.store, now: setup.now };
    const pool = await describePool(line.network, context);
    const found = [
      ...remarksOnPool(pool, setup.now),
      ...await remarksOnTraining(line, lines.store, retries.get(series), setup),
    ];
    if (pool.quarantined > 0) {
      const { quarantined } = await detailsOf(series);
      const reasons = quarantined.slice(0, 3)
        .map(({ reason, samples }) => `${samples} × ${reason}`);
      found.push({
        level: "note",
        message: `set aside, since they could not be read: ` +
          `${pool.quarantined} (${reasons.join("; ")})`,
        fix: "nothing is lost with them; if there are ever more, see which " +
          "rspamd sends them: its neural module may be of another version",
      });
    }
    remarks.push(...found.map((remark) => ({ subject: line.name, ...remark })));
  }
  return remarks;
}

function remarksOnPool(pool: PoolStatus, now: number): Remark[] {
  const held = MAIL_CLASSES.map((mailClass) => {
    const [fresh, retained] = [true, false].map((isFresh) =>
      samplesIn(pool, mailClass, isFresh)
    );
    return { mailClass, fresh, retained, all: fresh + retained };
  });
  const told = held.map(({ mailClass, fresh, retained }) =>
    `${fresh} fresh and ${retained} retained ${mailClass}`
  );
  const next = nextIn(pool, now);
  const remarks: Remark[] = [{
    level: "ok",
    message: `${told.join(", ")}; ${next}`,
  }];
  const lacking = held.find(({ all }) => all === 0);
  const other = held.find(({ all }) => all >= LEAST_SAMPLES_OF_CLASS);
  if (lacking && other) {
    const { mailClass } = lacking;
    remarks.push({
      level: "warning",
      message: `it has only learned ${other.mailClass}, and cannot train ` +
        `without ${mailClass}`,
      fix: `neurald learn --${mailClass} PATH, or look why rspamd's verdicts ` +
        `teach no ${mailClass}: neurald pool`,
    });
  }
  return remarks;
}

function samplesIn(
  { groups }: PoolStatus,
  mailClass: MailClass,
  isFresh: boolean,
): number {
  return groups
    .filter((group) => group.class === mailClass && group.fresh === isFresh)
    .reduce((sum, { samples }) => sum + samples, 0);
}

function nextIn(pool: PoolStatus, now: number): string {
  const { missing, kept_back }: NextTraining = pool.next_training;
  if (kept_back !== undefined) {
    return `it is not trained by itself (${kept_back})`;
  }
  const lacking = MAIL_CLASSES.filter((mailClass) => missing[mailClass] > 0);
  if (lacking.length === 0) return "there is enough for the next training";
  const needed = lacking.map((mailClass) =>
    `${missing[mailClass]} ${mailClass}`
  );
  const days = lacking.map((mailClass) => {
    const rate = perDay(pool, mailClass, now);
    return rate === undefined ? Infinity : missing[mailClass] / rate;
  });
  const longest = Math.max(...days);
  const pace = Number.isFinite(longest)
    ? `, at this pace in ${Math.max(1, Math.ceil(longest))} days`
    : "";
  return `the next training needs ${needed.join(" and ")} more${pace}`;
}

/** How many came in a day, where they came for long enough to tell. */
function perDay(
  { groups }: PoolStatus,
  mailClass: MailClass,
  now: number,
): number | undefined {
  const fresh = groups.filter((group) =>
    group.class === mailClass && group.fresh && group.oldest !== undefined
  );
  const days = (now - Math.min(...fresh.map(({ oldest }) => oldest!))) /
    DAY_SECONDS;
  if (fresh.length === 0 || days < 1) return undefined;
  return fresh.reduce((sum, { samples }) => sum + samples, 0) / days;
}

async function remarksOnTraining(
  { network }: Line,
  store: Store,
  retryAt: number | undefined,
  { now }: Setup,
): Promise<Remark[]> {
  const records = await store.trainings(network.series, RECORDS);
  const reports = records.flatMap(({ at, record }) => {
    const report = readReport(record);
    return report ? [{ at, ...report }] : [];
  });
  const [last] = reports;
  if (!last || last.outcome === "published") return [];
  const { outcome, reason, at } = last;
  const retry = retryAt !== undefined && retryAt > now
    ? `; not tried again before ${timeOf(retryAt)}`
    : "";
  const message = `the last training ${WORDS[outcome]} (${
    ageOf(now - at)
  }): ${reason}${retry}`;
  if (outcome === "failed") {
    return [{ level: "warning", message, fix: "journalctl -u neurald -n 50" }];
  }
  return [{
    level: "note",
    message,
    fix: "what served before goes on; teach more, above all what it gets " +
      "wrong: neurald learn --spam PATH --ham PATH",
  }];
}

/** What became of a training, in words. */
const WORDS: Record<TrainingReport["outcome"], string> = {
  published: "was published",
  refused: "was refused",
  failed: "failed",
  waiting: "was put off",
};

function readReport(record: string): TrainingReport | undefined {
  try {
    const report = JSON.parse(record);
    return isChange(report) ? undefined : report;
  } catch {
    return undefined;
  }
}

/** When the daemon that runs tries again, by series. */
async function retriesOf(setup: Setup): Promise<Map<string, number>> {
  const { rules = {} } = await setup.status() ?? {};
  return new Map(
    Object.values(rules).flatMap(({ networks }) => networks)
      .flatMap(({ key, retry_at }) =>
        retry_at === undefined ? [] : [[key, retry_at] as const]
      ),
  );
}
