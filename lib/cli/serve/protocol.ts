/**
 * What the thread that serves is told, and tells.
 *
 * @module
 */

import type { ListenAddress } from "../../config/address.ts";
import type { Destination, LogFormat } from "../../log/format.ts";
import type { LogLevel } from "../../log/log.ts";
import type { Needs } from "./permissions.ts";

/** What is to be served, and how that is told. */
export interface ServeOrder {
  /** Path of the configuration; without one the defaults are meant. */
  config?: string;
  /** What standard input had, where the configuration is `-`. */
  standardInput?: Uint8Array;
  /** By a flag. */
  listen?: ListenAddress;
  /** By a flag. */
  store?: string;
  /** As the flag says, or the configuration, or the environment. */
  storeUrl?: string;
  /** By flags. */
  logged: { level?: LogLevel; format?: LogFormat };
  /** Where standard error leads. */
  destination: Destination;
  needs: Needs;
}

/** To the thread. */
export type ToThread =
  | {
    kind: "serve";
    order: ServeOrder;
    /** Whether its own threads are to do no more than they need. */
    isLimited: boolean;
  }
  | { kind: "reload" }
  | { kind: "stop" };

/** From the thread. */
export type FromThread =
  | { kind: "loaded" }
  | { kind: "ended"; code: number };
