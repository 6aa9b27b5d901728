/**
 * Why Redis did not do what it was asked, in words to act on.
 *
 * @module
 */

import {
  ConnectionTimeoutError,
  ErrorReply,
  SocketClosedUnexpectedlyError,
} from "redis";
import { addressAt, type RedisAddress } from "./address.ts";

/** What a server is that only copies another one. */
export const REPLICA = "it is a replica, which takes no writes (READONLY): " +
  "name the master";

const CLUSTER_FORMS = "write redis+cluster://HOST:PORT, or cluster = true";

/** What an answer that begins so means. */
const ANSWERS: Readonly<Record<string, string>> = {
  OOM: "it has no memory left (OOM): raise its maxmemory, or remove keys",
  READONLY: REPLICA,
  LOADING: "it is loading its data (LOADING), and answers when that is done",
  BUSY: "it is busy with somebody's script (BUSY), which SCRIPT KILL ends",
  NOAUTH: "it asks for a password (NOAUTH): none is configured",
  WRONGPASS: "it refuses the user or the password (WRONGPASS)",
  MISCONF: "it cannot save to its disk (MISCONF), and takes no writes",
  NOREPLICAS: "it has too few replicas (NOREPLICAS), and takes no writes",
  MASTERDOWN: "it is a replica without its master (MASTERDOWN)",
  MOVED: `it is part of a Redis Cluster (MOVED): ${CLUSTER_FORMS}`,
  CROSSSLOT: `it is part of a Redis Cluster (CROSSSLOT): ${CLUSTER_FORMS}`,
  CLUSTERDOWN: "its cluster is down (CLUSTERDOWN), or a part of it: " +
    "redis-cli --cluster check tells more",
  TRYAGAIN: "its keys are being moved to another server (TRYAGAIN)",
};

/** What the system says, by its code. */
const SYSTEM: Readonly<Record<string, string>> = {
  ECONNREFUSED: "it refuses connections: is it running?",
  ECONNRESET: "it closed the connection",
  EPIPE: "it closed the connection",
  EHOSTUNREACH: "there is no way to this host",
  ENETUNREACH: "there is no way to this network",
  ENOTFOUND: "there is no host of this name",
  EAI_AGAIN: "the name of the host cannot be looked up now",
  ENOENT: "there is no such socket: is it running?",
  EACCES: "the socket may not be used: permission denied",
};

/** Scripts of older servers give their error inside of another. */
const CODE = /^(?:ERR Error running script.*? -)?([A-Z]{3,})\b/s;

/** The code of an answer that is an error, such as `READONLY`. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof ErrorReply
    ? CODE.exec(error.message)?.[1]
    : undefined;
}

/** Who a server of a cluster says has the keys. */
const ELSEWHERE = /^(?:MOVED|ASK) \d+ (.*):(\d+)$/;

/**
 * The server to ask in place of one of a cluster.
 *
 * @param asked knows no other name of a host that is not named
 */
export function redirectionOf(
  error: unknown,
  asked: RedisAddress,
): RedisAddress | undefined {
  const match = error instanceof ErrorReply && ELSEWHERE.exec(error.message);
  return match ? addressAt(match[1], Number(match[2]), asked) : undefined;
}

/** Says what went wrong. Nothing of what was sent is in it. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) {
    return [...new Set(error.errors.map(reasonOf))].join("; ");
  }
  if (!(error instanceof Error)) return String(error);
  const code = errorCode(error);
  if (code === "NOPERM") {
    return `its user may not do this (NOPERM): ${withoutArguments(error)}`;
  }
  if (code !== undefined) return ANSWERS[code] ?? withoutArguments(error);
  if ("code" in error && typeof error.code === "string") {
    const known = SYSTEM[error.code];
    if (known) return known;
  }
  if (error instanceof SocketClosedUnexpectedlyError) {
    return "it closed the connection";
  }
  if (error instanceof ConnectionTimeoutError) return "it did not answer";
  if (error.message === "The queue is full") {
    return "too many requests wait for its answers";
  }
  return withoutArguments(error);
}

/** Redis repeats the arguments of what it does not know, passwords too. */
function withoutArguments({ message }: Error): string {
  return message.replace(/,? with args beginning with:.*/s, "")
    .replace(/\s+/g, " ");
}
