/**
 * Clients that see whether there is a model at every moment.
 *
 * @module
 */

import { assert } from "@std/assert";
import { pause } from "../../daemon/until.ts";
import type { RspamdHost, RspamdScan } from "../rspamd.ts";
import type { Message } from "../messages.ts";
import { Background } from "./background.ts";
import type { Member } from "./member.ts";

const PAUSE_MS = 50;

/** How often rspamd is taught a message. */
const TEACH_PAUSE_MS = 250;

/** Scores; fails if a member that had a model has none, or an older one. */
export class Scoring extends Background {
  /** How many answers there were by a model. */
  count = 0;
  /** The newest version that has answered. */
  newest = 0;
  readonly #scan: RspamdScan;

  constructor(members: readonly Member[], scan: RspamdScan) {
    super();
    this.#scan = scan;
    this.run(...members.map((member) => this.#ask(member)));
  }

  async #ask(member: Member): Promise<void> {
    let pid = member.pid;
    let least = 0;
    while (!this.isStopped) {
      if (member.pid !== pid) {
        pid = member.pid;
        // The next process begins later, and finds what has answered by now.
        if (pid === undefined) least = this.newest;
      }
      const version = await versionOf(member, this.#scan);
      if (version !== undefined) {
        assert(
          version >= least,
          `version ${version} answers after ${least}\n${member.log}`,
        );
        least = version;
        this.newest = Math.max(this.newest, version);
        if (version > 0) this.count++;
      }
      await pause(PAUSE_MS);
    }
  }
}

/**
 * The version of the model that answers, or 0 without one; nothing where a
 * member does not answer.
 */
export async function versionOf(
  member: Member,
  scan: RspamdScan,
): Promise<number | undefined> {
  const response = await member.post("/v1/score", scan);
  if (!response) return undefined;
  const text = await response.text();
  assert(response.ok, `${response.status} ${text}`);
  return JSON.parse(text).results[0]?.version ?? 0;
}

/** Mail that a rspamd learns; fails if its network is gone once it had one. */
export class Mail extends Background {
  /** How many messages its network has judged. */
  judged = 0;

  constructor(rspamd: RspamdHost, messages: readonly Message[]) {
    super();
    this.run(this.#send(rspamd, messages));
  }

  async #send(
    rspamd: RspamdHost,
    messages: readonly Message[],
  ): Promise<void> {
    for (let i = 0; !this.isStopped; i++) {
      const { text, class: mailClass } = messages[i % messages.length];
      const { symbols } = await rspamd.scan(text, mailClass);
      const isJudged = "NEURAL_SPAM" in symbols || "NEURAL_HAM" in symbols;
      if (isJudged) this.judged++;
      else assert(this.judged === 0, `rspamd has no model: ${rspamd.log}`);
      await pause(TEACH_PAUSE_MS);
    }
  }
}
