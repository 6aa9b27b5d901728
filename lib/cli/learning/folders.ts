/**
 * Teaching folders of mail to a running neurald.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { MailClass } from "../../features/mail_class.ts";
import type { MailFilter } from "../../mail/find_verdict.ts";
import { RspamdClient } from "../../mail/rspamd_client.ts";
import type { Client } from "../client.ts";
import { EXIT } from "../exit.ts";
import { readFile } from "../input.ts";
import { ProgressBar } from "../progress.ts";
import { untilStopped } from "../signals.ts";
import { stateFolder } from "../state_folder.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage_error.ts";
import { filesOf, type Source, sourcesOf } from "../folders/sources.ts";
import { Tally } from "./tally.ts";
import { Taught } from "./taught.ts";
import { Teacher } from "./teacher.ts";
import { Watch } from "./watch.ts";

/** How long a request that is under way may take when it is stopped. */
const STOP_MS = 3000;

/** How folders are taught. */
export interface FoldersOptions extends Record<MailClass, string[]> {
  client: Client;
  /** The daemon, by the name that it was given. */
  server: string;
  /** Path and query of the request. */
  url: string;
  filter?: MailFilter;
  /** URL of a rspamd that is to scan the messages. */
  rspamd?: string;
  rspamdPasswordFile?: string;
  /** Whether folders are followed. */
  watch: boolean;
  /** Whether it does not count what was taught before. */
  again: boolean;
  /** Whether nothing is sent. */
  dryRun: boolean;
  /** Whether the summary is for a program. */
  json: boolean;
  terminal: Terminal;
}

/**
 * Teaches the messages of folders, and follows them if that is asked for.
 *
 * @returns the exit code
 * @throws {UsageError} when a folder cannot be read
 * @throws {import("../client.ts").ClientError} when neurald does not answer
 */
export async function learnFolders(options: FoldersOptions): Promise<number> {
  const sources = await sourcesOf(options);
  const stopping = new AbortController();
  const stopped = untilStopped().then(async () => {
    stopping.abort();
    await new Promise((resolve) => setTimeout(resolve, STOP_MS));
    return options.watch ? EXIT.good : EXIT.failed;
  });
  using taught = await openTaught(options);
  const teacher = new Teacher({
    client: options.dryRun ? undefined : options.client,
    url: options.url,
    taught,
    rspamd: await rspamdOf(options),
    filter: options.filter,
    stopped: stopping.signal,
  });
  const working = options.watch
    ? follow(sources, teacher, options, stopping.signal)
    : teachOnce(sources, teacher, options, stopping.signal);
  return await Promise.race([working, stopped]);
}

async function teachOnce(
  sources: readonly Source[],
  teacher: Teacher,
  { json, terminal, dryRun }: FoldersOptions,
  stopped: AbortSignal,
): Promise<number> {
  const tally = new Tally();
  const bar = new ProgressBar(terminal, "learning");
  try {
    const files = (await Promise.all(
      sources.map((source) => filesOf(source, tally.unusable)),
    )).flat();
    // How many messages are in a mailbox is not known before its end.
    const total = files.length > sources.length ? files.length : undefined;
    let done = 0;
    await teacher.teach(files, tally, () => {
      done++;
      bar.update(total === undefined ? tally.messages : done, total);
    });
  } catch (error) {
    // What was learned before stays learned.
    bar.end();
    if (tally.messages > 0) print(tally, json, terminal);
    throw error;
  }
  bar.end();
  print(tally, json, terminal);
  if (dryRun) terminal.note("nothing was sent (--dry-run)");
  if (!stopped.aborted) return tally.isFailure ? EXIT.failed : EXIT.good;
  terminal.note("stopped; the same command goes on from here");
  return EXIT.failed;
}

async function follow(
  sources: readonly Source[],
  teacher: Teacher,
  { json, terminal }: FoldersOptions,
  stopped: AbortSignal,
): Promise<number> {
  const bar = new ProgressBar(terminal, "learning");
  const report = {
    taught(tally: Tally) {
      bar.end();
      print(tally, json, terminal);
    },
    note: (line: string) => terminal.note(`neurald: ${line}`),
  };
  using watch = new Watch(sources, teacher, report, stopped);
  try {
    await watch.run((done, total) => bar.update(done, total));
  } catch (error) {
    // A request was cut off.
    if (!stopped.aborted) throw error;
  }
  return EXIT.good;
}

function print(tally: Tally, json: boolean, terminal: Terminal): void {
  if (json) return terminal.print(JSON.stringify(tally));
  for (const line of tally.toLines()) terminal.print(line);
}

/** What was taught to this daemon, and this rule of it. */
async function openTaught(
  { server, url, again, dryRun }: FoldersOptions,
): Promise<Taught> {
  if (dryRun && again) return Taught.nowhere();
  const folder = stateFolder();
  if (folder === undefined) {
    throw new UsageError(
      "there is no place to keep what was learned: neither STATE_DIRECTORY nor HOME is set",
    );
  }
  const name = createHash("sha256").update(`${server}\n${url}`).digest("hex");
  return await Taught.open(`${folder}/learned-${name.slice(0, 16)}`, again);
}

async function rspamdOf(
  { rspamd, rspamdPasswordFile: file }: FoldersOptions,
): Promise<RspamdClient | undefined> {
  if (rspamd === undefined) return undefined;
  const url = URL.canParse(rspamd) ? new URL(rspamd) : undefined;
  if (!url || !["http:", "https:"].includes(url.protocol)) {
    throw new UsageError(`--rspamd: http://HOST:PORT is needed, not ${rspamd}`);
  }
  const password = file === undefined
    ? undefined
    : new TextDecoder().decode(await readFile(file)).trim();
  return new RspamdClient(rspamd, password);
}
