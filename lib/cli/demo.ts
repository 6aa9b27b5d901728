/**
 * `neurald demo`: learns real mail, and sorts mail that it has never seen.
 *
 * @module
 */

import { parseListenAddress } from "../config/address.ts";
import { parseConfig } from "../config/load.ts";
import { type Daemon, startDaemon } from "../daemon.ts";
import { lineLog } from "../log/line_log.ts";
import type { Score } from "../engine/scorer.ts";
import type { Status } from "../engine/status.ts";
import type { MailClass } from "../features/mail_class.ts";
import { ListenError } from "../http/server/server.ts";
import { measure, type Metrics } from "../nn/quality/metrics.ts";
import { Random } from "../nn/random.ts";
import { Client, ClientError } from "./client.ts";
import { defineCommand } from "./command.ts";
import { EXIT } from "./exit.ts";
import { linesOf, openAsset } from "./input.ts";
import { metricsTable } from "./metrics_table.ts";
import { ProgressBar } from "./progress.ts";
import { untilStopped } from "./signals.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage_error.ts";

/** A message of the corpus. */
interface Message {
  id: string;
  class: MailClass;
  /** Its scan, as JSON in one line. */
  line: string;
}

/** A message that was not learned, and what the network says of it. */
interface Judged extends Message {
  output: number;
}

/** There is no place for the samples of the demo. */
export class TemporaryFolderError extends Error {
  override name = "TemporaryFolderError";
}

/** Lines that are sent in one request. */
const BATCH = 500;
/** How many reasons are given for a message. */
const REASONS = 5;
/** How often the progress of the training is asked for. */
const POLL_MS = 100;

/** `neurald demo` */
export const demoCommand = defineCommand({
  name: "demo",
  summary: "learn real mail, and sort mail that it has never seen",
  operands: "",
  maxOperands: 0,
  flags: {
    exit: { kind: "switch", help: "end afterwards instead of staying up" },
    seed: {
      kind: "integer",
      value: "N",
      min: 0,
      help: "repeats all that chance decides (default 1)",
    },
    listen: {
      kind: "text",
      value: "ADDRESS",
      help:
        "HOST:PORT (default 127.0.0.1:11336, or another port if it is taken)",
    },
    json: { kind: "switch", help: "print the figures as one JSON object" },
  },
  async run({ flags, terminal, assets }) {
    const seed = flags.seed ?? 1;
    const say = (line: string) =>
      flags.json ? terminal.note(line) : terminal.print(line);
    // From now on, so that the folder is removed whenever it is stopped.
    const stopped = untilStopped("SIGHUP");
    const folder = await makeFolder();
    let starting: Promise<Daemon> | undefined;
    let code: number = EXIT.failed;
    const demonstrate = async () => {
      const { learned, unseen } = await readCorpus(assets.demoCorpus, seed);
      starting = startDemo(flags.listen, folder, seed, terminal);
      const daemon = await starting;
      say(
        `neurald answers at ${daemon.url}, and keeps its samples in ${daemon.store}`,
      );
      // Its own configuration knows no tokens.
      using client = new Client(daemon.url, { token: "" });
      await learn(client, learned, terminal);
      say(`learned ${learned.length} messages of the SpamAssassin corpus`);
      say(await train(client, terminal));
      const judged = await score(client, unseen, terminal);
      const metrics = metricsOf(judged);
      say(`on ${unseen.length} messages that it has never seen:`);
      for (const line of metricsTable(metrics)) say(`  ${line}`);
      for (const line of await explain(client, judged)) say(line);
      if (!flags.exit) {
        say(`neurald stays up at ${daemon.url} until you press Ctrl-C; try:`);
        say(`  curl -s ${daemon.url}/v1/status`);
      }
      if (flags.json) terminal.print(JSON.stringify({ seed, ...metrics }));
      code = EXIT.good;
      if (!flags.exit) await stopped;
    };
    try {
      await Promise.race([demonstrate(), stopped]);
      return code;
    } finally {
      // One that is still starting would write into the folder.
      const daemon = await starting?.catch(() => undefined);
      await daemon?.stop();
      await Deno.remove(folder, { recursive: true });
    }
  },
});

async function makeFolder(): Promise<string> {
  try {
    return await Deno.makeTempDir({ prefix: "neurald-demo-" });
  } catch (error) {
    throw new TemporaryFolderError(
      `cannot make a temporary folder: ${
        (error as Error).message
      }; set TMPDIR to a folder that can be written`,
    );
  }
}

/**
 * Divides the corpus: every second message of each class is learned, the
 * others are kept to judge by. Only the order of learning is a matter of
 * chance.
 */
async function readCorpus(
  url: URL,
  seed: number,
): Promise<{ learned: Message[]; unseen: Message[] }> {
  const learned: Message[] = [];
  const unseen: Message[] = [];
  const counts = { spam: 0, ham: 0 };
  for await (const { line, number } of linesOf(await openAsset(url))) {
    if (number === 1) continue; // the header
    const { id, class: mailClass } = JSON.parse(line) as Message;
    const half = counts[mailClass]++ % 2 === 0 ? learned : unseen;
    half.push({ id, class: mailClass, line });
  }
  const order = Uint32Array.from(learned.keys());
  new Random(seed).shuffle(order);
  return { learned: Array.from(order, (i) => learned[i]), unseen };
}

/** Starts a daemon like any other, but for its seed. */
async function startDemo(
  listen: string | undefined,
  folder: string,
  seed: number,
  terminal: Terminal,
): Promise<Daemon> {
  const { config } = parseConfig("", "the demo");
  const address = parseListenAddress(listen ?? "127.0.0.1:11336");
  if (!config || !address || "path" in address) {
    throw new UsageError(`--listen: HOST:PORT is needed, not ${listen}`);
  }
  const options = {
    config,
    log: lineLog("warn", (line) => terminal.note(line)),
    store: `sqlite:${folder}/neurald.sqlite`,
    nextSeed: () => seed,
  };
  try {
    return await startDaemon({ ...options, listen: address });
  } catch (error) {
    if (listen !== undefined || !(error instanceof ListenError)) throw error;
    return await startDaemon({ ...options, listen: { ...address, port: 0 } });
  }
}

/** Sends messages as NDJSON, and gives the answers in order. */
async function* sendAll<T>(
  client: Client,
  path: string,
  messages: Message[],
): AsyncGenerator<T[]> {
  for (let at = 0; at < messages.length; at += BATCH) {
    const lines = messages.slice(at, at + BATCH).map(({ line }) => line);
    yield await client.sendLines(path, lines);
  }
}

async function learn(
  client: Client,
  messages: Message[],
  terminal: Terminal,
): Promise<void> {
  const bar = new ProgressBar(terminal, "learning");
  let done = 0;
  for await (
    const answers of sendAll<{ learned: boolean; reason?: string }>(
      client,
      "/v1/learn",
      messages,
    )
  ) {
    const refused = answers.find(({ learned }) => !learned);
    if (refused) throw new ClientError(`not learned: ${refused.reason}`);
    bar.update(done += answers.length, messages.length);
  }
  bar.end();
}

/** Trains, and says how it went. */
async function train(client: Client, terminal: Terminal): Promise<string> {
  const bar = new ProgressBar(terminal, "training");
  const poll = setInterval(() => showProgress(client, bar), POLL_MS);
  try {
    const response = await client.send("POST", "/v1/train");
    const { trained, results } = await response.json();
    const [{ report, reason }] = results;
    if (!trained) throw new ClientError(report?.reason ?? reason);
    return `trained on ${report.trained_on.spam} spam and ${report.trained_on.ham} ham in ${
      (report.duration_ms / 1000).toFixed(1)
    } s; the others judged the network`;
  } finally {
    clearInterval(poll);
    bar.end();
  }
}

async function showProgress(client: Client, bar: ProgressBar): Promise<void> {
  try {
    const response = await client.send("GET", "/v1/status");
    const status: Status = await response.json();
    const networks = Object.values(status.rules)
      .flatMap(({ networks }) => networks);
    for (const { progress } of networks) {
      if (progress) bar.update(progress.epoch, progress.epochs);
    }
  } catch {
    // The bar stays where it is; the training itself is watched elsewhere.
  }
}

async function score(
  client: Client,
  messages: Message[],
  terminal: Terminal,
): Promise<Judged[]> {
  const bar = new ProgressBar(terminal, "scoring");
  const judged: Judged[] = [];
  for await (
    const answers of sendAll<{ results: Score[] }>(
      client,
      "/v1/score",
      messages,
    )
  ) {
    for (const { results: [{ output }] } of answers) {
      judged.push({ ...messages[judged.length], output });
    }
    bar.update(judged.length, messages.length);
  }
  bar.end();
  return judged;
}

function metricsOf(judged: Judged[]): Metrics {
  return measure(
    Float64Array.from(judged, ({ output }) => output),
    Uint8Array.from(judged, (message) => message.class === "spam" ? 1 : 0),
  );
}

/** Says of three messages why they were judged as they were. */
async function explain(client: Client, judged: Judged[]): Promise<string[]> {
  const byOutput = judged.toSorted((a, b) => a.output - b.output);
  const byDoubt = judged.toSorted((a, b) =>
    Math.abs(a.output) - Math.abs(b.output)
  );
  const chosen: [string, Judged][] = [
    ["the surest spam", byOutput.at(-1)!],
    ["the surest ham", byOutput[0]],
    ["the least sure", byDoubt[0]],
  ];
  const lines: string[] = [];
  for (const [what, message] of chosen) {
    const response = await client.send("POST", `/v1/score?explain=${REASONS}`, {
      content: message.line,
      type: "application/json",
    });
    const { results: [result] }: { results: Score[] } = await response.json();
    lines.push(
      `${what}: ${message.id} (${message.class}) got ${
        result.output.toFixed(3)
      }, because of`,
    );
    for (const { name, contribution } of result.contributions ?? []) {
      const sign = contribution < 0 ? "" : "+";
      lines.push(`  ${sign}${contribution.toFixed(3)}  ${name}`);
    }
  }
  return lines;
}
