/**
 * Guards: what may keep a scan from being learned without anybody saying what
 * it is.
 *
 * @module
 */

import type { MailClass } from "../../features/mail_class.ts";
import type { Scan } from "../../features/scan.ts";
import type { AutolearnOptions } from "../autolearn/options.ts";

/** What a guard is told besides the scan and the class. */
export interface GuardContext {
  /** Name of the rule that would learn. */
  readonly rule: string;
  /** The filter's total. */
  readonly score?: number;
  /** What the filter did with the message. */
  readonly action?: string;
  /** What the rule's autolearn goes by. */
  readonly options: AutolearnOptions;
}

/** True lets it be learned; false does not, and a text says why not. */
export type GuardAnswer = boolean | string;

/**
 * Says whether a scan may be learned as a class. What it throws, and what takes
 * too long, means no.
 *
 * @param signal is aborted when the answer comes too late
 */
export type Guard = (
  scan: Scan,
  mailClass: MailClass,
  context: GuardContext,
  signal: AbortSignal,
) => GuardAnswer | Promise<GuardAnswer>;

/** How a guard is asked. */
export interface GuardOptions {
  /** Guards with higher ones are asked before others; 0 unless given. */
  readonly priority?: number;
  /** How long an answer may take; 1 second unless given. */
  readonly timeoutSeconds?: number;
  /** What no answer means; `block` unless given. */
  readonly onError?: "block" | "allow";
}

/** A guard, and what became of its answers so far. */
export interface GuardStatus {
  /** As it was registered, or stands in the configuration. */
  readonly name: string;
  /** Those with higher ones are asked before. */
  readonly priority: number;
  /** How often it was asked. */
  readonly asked: number;
  /** How often it refused. */
  readonly refused: number;
  /** How often it gave no answer. */
  readonly failed: number;
  /** Why it gave no answer the last time. */
  readonly last_error?: string;
}
