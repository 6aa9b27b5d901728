/**
 * What the page shows, as it is at a moment.
 *
 * @module
 */

import type { Engine } from "../engine/engine.ts";
import type { LineDetails } from "../engine/line.ts";
import type { RecentScore } from "../engine/recent_scores.ts";
import type { NetworkStatus, RuleStatus, Status } from "../engine/status.ts";

/** What is known of the daemon besides its networks. */
export interface DaemonFacts {
  version: string;
  /** Unix time in seconds. */
  startedAt: number;
}

/** What the page shows. */
export interface Snapshot {
  /** Unix time in seconds. */
  at: number;
  facts: DaemonFacts;
  status: Status;
  /** All lines of networks, in the order of the configuration. */
  lines: Line[];
  /** The line that is looked at closely; none where there is none yet. */
  chosen?: Line & { details: LineDetails };
  recent: { given: number; most: number; scores: RecentScore[] };
}

/** A line of networks, and its rule. */
export interface Line {
  /** Name of the rule. */
  rule: string;
  ruleStatus: RuleStatus;
  network: NetworkStatus;
}

/** The store gets so long; without it the page shows what is known. */
const STORE_MS = 2000;

/**
 * Looks at an engine.
 *
 * @param key of the line to look at closely; the first by default
 */
export async function takeSnapshot(
  engine: Engine,
  facts: DaemonFacts,
  key?: string,
): Promise<Snapshot> {
  const status = await engine.status(STORE_MS);
  const lines = Object.entries(status.rules).flatMap(([rule, ruleStatus]) =>
    ruleStatus.networks.map((network) => ({ rule, ruleStatus, network }))
  );
  const line = lines.find(({ network }) => network.key === key) ?? lines[0];
  const details = line && await engine.line(line.network.key, STORE_MS);
  return {
    at: Date.now() / 1000,
    facts,
    status,
    lines,
    chosen: details && { ...line, details },
    recent: {
      ...engine.recentScores(),
      most: engine.networks.config.neurald.recentScores,
    },
  };
}

/** What of the page may change by itself, as texts that can be compared. */
export async function partsOf(engine: Engine): Promise<Record<string, string>> {
  const status = await engine.status(STORE_MS);
  return {
    status: JSON.stringify(status),
    scores: String(engine.recentScores().given),
  };
}
