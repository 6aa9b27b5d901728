/**
 * Teaching scans to a running neurald.
 *
 * @module
 */

import type { Client } from "../client.ts";
import { EXIT } from "../exit.ts";
import { ProgressBar } from "../progress.ts";
import { readScans } from "../scans_input.ts";
import type { Terminal } from "../terminal.ts";

/** Scans that are sent in one request. */
const BATCH = 500;

/** What a line of `/v1/learn` answers. */
interface LearnedLine {
  learned?: boolean;
  class?: string;
  reason?: string;
  error?: string;
}

/** What became of all scans. */
interface Summary {
  learned: { spam: number; ham: number };
  /** How many were not learned, by reason. */
  refused: Record<string, number>;
}

/** How scans are taught. */
export interface ScansOptions {
  /** Of the file; `-` for standard input. */
  path: string;
  client: Client;
  /** Path and query of the request. */
  url: string;
  /** What all scans are; else each says it itself. */
  class?: string;
  /** Whether the summary is for a program. */
  json: boolean;
  terminal: Terminal;
}

/**
 * Teaches the scans of a file.
 *
 * @returns the exit code
 * @throws {import("../usage_error.ts").UsageError} when a line is no scan
 */
export async function learnScans(options: ScansOptions): Promise<number> {
  const { path, client, url, json: isJson, terminal } = options;
  const summary: Summary = { learned: { spam: 0, ham: 0 }, refused: {} };
  const bar = new ProgressBar(terminal, "learning");
  if (await canReadTwice(path)) {
    // What is wrong is told before anything is learned.
    for await (const _ of readScans(path));
  }
  let batch: string[] = [];
  let sent = 0;
  const send = async () => {
    for (const answer of await client.sendLines<LearnedLine>(url, batch)) {
      count(summary, answer);
    }
    sent += batch.length;
    batch = [];
    bar.update(sent);
  };
  try {
    for await (const { json } of readScans(path)) {
      const labelled = options.class ? { ...json, class: options.class } : json;
      batch.push(JSON.stringify(labelled));
      if (batch.length === BATCH) await send();
    }
    if (batch.length > 0) await send();
  } catch (error) {
    // What was learned before stays learned.
    bar.end();
    if (sent > 0) report(summary, `the first ${sent}`, isJson, terminal);
    throw error;
  }
  bar.end();
  report(summary, `${sent}`, isJson, terminal);
  const { spam, ham } = summary.learned;
  return spam + ham > 0 ? EXIT.good : EXIT.failed;
}

/** Whether it is a file, of which a first look takes nothing away. */
async function canReadTwice(path: string): Promise<boolean> {
  if (path === "-") return false;
  // Why it cannot be read is told where it is read.
  const info = await Deno.stat(path).catch(() => undefined);
  return info?.isFile === true;
}

function report(
  summary: Summary,
  scans: string,
  json: boolean,
  terminal: Terminal,
): void {
  if (json) return terminal.print(JSON.stringify(summary));
  const { spam, ham } = summary.learned;
  terminal.print(`learned ${spam} spam and ${ham} ham of ${scans} scans`);
  for (const [reason, times] of Object.entries(summary.refused)) {
    terminal.print(`  ${times} not: ${reason}`);
  }
}

function count({ learned, refused }: Summary, answer: LearnedLine): void {
  if (answer.learned && (answer.class === "spam" || answer.class === "ham")) {
    learned[answer.class]++;
    return;
  }
  const reason = answer.reason ?? answer.error ?? "without a reason";
  refused[reason] = (refused[reason] ?? 0) + 1;
}
