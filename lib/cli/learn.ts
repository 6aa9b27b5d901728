/**
 * `neurald learn`: teaches a running neurald.
 *
 * @module
 */

import { Client, DEFAULT_SERVER, SERVER_FLAG } from "./client.ts";
import { defineCommand } from "./command.ts";
import { EXIT } from "./exit.ts";
import { ProgressBar } from "./progress.ts";
import { readScans } from "./scans_input.ts";
import type { Terminal } from "./terminal.ts";

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

/** `neurald learn` */
export const learnCommand = defineCommand({
  name: "learn",
  summary: "teach a running neurald by scans",
  operands: "[FILE]",
  maxOperands: 1,
  flags: {
    server: SERVER_FLAG,
    class: {
      kind: "text",
      value: "CLASS",
      oneOf: ["spam", "ham"],
      help: "what the scans are; else what they say themselves (class)",
    },
    rule: { kind: "text", value: "NAME", help: "the only rule to teach" },
    json: { kind: "switch", help: "print the summary as one JSON object" },
  },
  async run({ flags, operands, terminal }) {
    using client = new Client(flags.server ?? DEFAULT_SERVER);
    const summary: Summary = { learned: { spam: 0, ham: 0 }, refused: {} };
    const bar = new ProgressBar(terminal, "learning");
    const path = operands[0] ?? "-";
    if (await canReadTwice(path)) {
      // What is wrong is told before anything is learned.
      for await (const _ of readScans(path));
    }
    const url = flags.rule === undefined
      ? "/v1/learn"
      : `/v1/learn?rule=${encodeURIComponent(flags.rule)}`;
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
        const labelled = flags.class ? { ...json, class: flags.class } : json;
        batch.push(JSON.stringify(labelled));
        if (batch.length === BATCH) await send();
      }
      if (batch.length > 0) await send();
    } catch (error) {
      // What was learned before stays learned.
      bar.end();
      if (sent > 0) report(summary, `the first ${sent}`, flags.json, terminal);
      throw error;
    }
    bar.end();
    report(summary, `${sent}`, flags.json, terminal);
    const { spam, ham } = summary.learned;
    return spam + ham > 0 ? EXIT.good : EXIT.failed;
  },
});

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
