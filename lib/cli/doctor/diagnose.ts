/**
 * Looks at everything, and gathers what is found.
 *
 * @module
 */

import { within } from "../../engine/within.ts";
import { checkAddress } from "./checks/address.ts";
import { checkCertificate } from "./checks/certificate.ts";
import { checkClock } from "./checks/clock.ts";
import { checkConfiguration } from "./checks/configuration.ts";
import { checkHelpers } from "./checks/helpers.ts";
import { checkLocks } from "./checks/locks.ts";
import { checkModels } from "./checks/models.ts";
import { checkPermissions } from "./checks/permissions.ts";
import { checkPools } from "./checks/pools.ts";
import { checkRspamd } from "./checks/rspamd.ts";
import { checkStore } from "./checks/store.ts";
import { checkUnit } from "./checks/unit.ts";
import {
  type Finding,
  oneLine,
  type Remark,
  type Report,
  reportOf,
} from "./finding.ts";
import type { Setup } from "./setup.ts";

/** One kind of thing to look at. */
interface Check {
  /** As findings name it. */
  name: string;
  /** Whether it makes sense without a configuration. */
  isIndependent?: boolean;
  run(setup: Setup): Promise<Remark[]> | Remark[];
}

/** In the order in which findings are told. */
const CHECKS: readonly Check[] = [
  { name: "configuration", isIndependent: true, run: checkConfiguration },
  { name: "certificate", run: checkCertificate },
  { name: "address", run: checkAddress },
  { name: "store", run: checkStore },
  { name: "clock", run: checkClock },
  { name: "rspamd", run: checkRspamd },
  { name: "models", run: checkModels },
  { name: "pools", run: checkPools },
  { name: "locks", run: checkLocks },
  { name: "helpers", run: checkHelpers },
  { name: "permissions", run: checkPermissions },
  { name: "systemd", isIndependent: true, run: checkUnit },
];

/** Longer than a store takes that is slow, but answers. */
const LIMIT_MS = 25_000;

/** So many findings of a check are told; of the others only their number. */
const MOST_FINDINGS = 60;

/**
 * Makes all checks that can be made, at the same time: one that fails, or
 * takes too long, is a finding, and keeps no other from being made.
 *
 * @param limitMs how long each may take
 */
export async function diagnose(
  setup: Setup,
  limitMs = LIMIT_MS,
): Promise<Report> {
  const possible = CHECKS.filter(({ isIndependent }) =>
    isIndependent || setup.options.loaded !== undefined
  );
  const findings = await Promise.all(
    possible.map((check) => findingsOf(check, setup, limitMs)),
  );
  return reportOf(findings.flat());
}

async function findingsOf(
  { name, run }: Check,
  setup: Setup,
  limitMs: number,
): Promise<Finding[]> {
  const remarks = await remarksOf(() => run(setup), limitMs);
  const shown = remarks.slice(0, MOST_FINDINGS);
  if (remarks.length > shown.length) {
    shown.push({
      level: worstOf(remarks.slice(MOST_FINDINGS)),
      message: `and ${remarks.length - shown.length} more findings`,
    });
  }
  return shown.map(({ level, subject, message, fix }) => ({
    check: name,
    level,
    subject: subject === undefined ? undefined : oneLine(subject),
    message: oneLine(message),
    fix: fix === undefined ? undefined : oneLine(fix),
  }));
}

async function remarksOf(
  run: () => Promise<Remark[]> | Remark[],
  limitMs: number,
): Promise<Remark[]> {
  try {
    return await within(
      limitMs,
      Promise.resolve().then(run),
      `this check was given up after ${limitMs / 1000} s`,
    );
  } catch (error) {
    const { message } = error as Error;
    return [{ level: "error", message: `cannot be checked: ${message}` }];
  }
}

function worstOf(remarks: readonly Remark[]): Remark["level"] {
  const order = ["error", "warning", "note"] as const;
  return order.find((level) =>
    remarks.some((remark) => remark.level === level)
  ) ?? "ok";
}
