/**
 * What the doctor finds in a set-up of a test.
 *
 * @module
 */

import { assert, assertMatch } from "@std/assert";
import {
  type ListenAddress,
  parseListenAddress,
} from "../../../lib/config/address.ts";
import { parseConfig } from "../../../lib/config/load.ts";
import { Client } from "../../../lib/cli/client.ts";
import { diagnose } from "../../../lib/cli/doctor/diagnose.ts";
import type {
  Finding,
  Level,
  Report,
} from "../../../lib/cli/doctor/finding.ts";
import { reachableAddress, serverUrl } from "../../../lib/config/server_url.ts";
import { Setup } from "../../../lib/cli/doctor/setup.ts";
import { freePort } from "../../store/redis/server.ts";
import { inFolder } from "../neurald.ts";

/** How a set-up differs from a new one. */
export interface Examined {
  /** The configuration. */
  config?: string;
  /** Its path, where one is told. */
  configFile?: string;
  /** A URL; nothing for the Redis of the configuration. */
  store?: string;
  /** A free port unless given. */
  listen?: string;
  token?: string;
  /** Authorities that are trusted, in PEM. */
  ca?: string;
  /** Where the files of the system are; an empty folder unless given. */
  root?: string;
  /** How many milliseconds the clock is ahead. */
  aheadMs?: number;
  askMs?: number;
  limitMs?: number;
}

/** Has the doctor look at a set-up. */
export async function diagnosed(examined: Examined): Promise<Report> {
  const { config = "", configFile, store, token, ca, aheadMs = 0 } = examined;
  const loaded = parseConfig(config, configFile ?? "neural.conf");
  const listen: ListenAddress = parseListenAddress(
    examined.listen ?? `127.0.0.1:${freePort()}`,
  )!;
  const { certificate } = loaded.config?.neurald.tls ?? {};
  const server = serverUrl(reachableAddress(listen), certificate !== undefined);
  let report: Report | undefined;
  await inFolder(async (folder) => {
    using client = new Client(server, { token, ca });
    const setup = new Setup({
      configFile,
      loaded: loaded.config && loaded,
      problems: loaded.problems,
      listen,
      store,
      client,
      root: examined.root ?? `${folder}/`,
      now: () => Date.now() + aheadMs,
      askMs: examined.askMs,
    });
    report = await diagnose(setup, examined.limitMs);
    await setup.close();
  });
  return report!;
}

/** What is expected among the findings. */
export interface Expected {
  check: string;
  level: Level;
  message: RegExp;
  fix?: RegExp;
}

/** Fails unless there is the finding, and gives it. */
export function assertFound(
  { findings }: Report,
  { check, level, message, fix }: Expected,
): Finding {
  const found = findings.find((finding) =>
    finding.check === check && finding.level === level &&
    message.test(finding.message)
  );
  assert(found, `${check} ${level} ${message}: ${JSON.stringify(findings)}`);
  if (fix) assertMatch(found.fix ?? "", fix);
  return found;
}

/** Fails where anything is worse than a note; gives the report. */
export function assertHealthy(report: Report): Report {
  const { warning, error } = report.summary;
  assert(warning + error === 0, JSON.stringify(report.findings));
  return report;
}
