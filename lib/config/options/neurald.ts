/**
 * Options of `neurald { }`, which rspamd does not have.
 *
 * @module
 */

import { LOG_FORMATS } from "../../log/format.ts";
import { LOG_LEVELS } from "../../log/log.ts";
import { isStoreUrl, parseListenAddress } from "../address.ts";
import { namedSections, option, optional, section } from "../option.ts";
import { duration, integer, names, oneOf, textOf } from "../option_types.ts";
import { type Token, tokens } from "../token_option.ts";
import { GUARD_OPTIONS } from "./guards.ts";
import { MAX_TIMER_SECONDS } from "./limits.ts";
import { TLS_OPTIONS } from "./tls.ts";

/** What the daemon itself needs to know. */
export const NEURALD_OPTIONS = {
  listen: option({
    name: "listen",
    type: textOf(
      'an address, "HOST:PORT" or "unix:/PATH"',
      (text) => parseListenAddress(text) !== undefined,
    ),
    default: "127.0.0.1:11336",
    description: "where to answer requests",
  }),
  socketMode: option({
    name: "socket_mode",
    type: textOf(
      'permissions of a file, such as "0660"',
      (text) => /^0?[0-7]{3}$/.test(text),
    ),
    default: "0660",
    description: "who may use the Unix socket: its permissions, octal",
  }),
  hostNames: option({
    name: "host_names",
    type: names,
    default: [] as readonly string[],
    description: "names of this host that browsers and proxies call it by",
  }),
  tokens: option({
    name: "tokens",
    type: tokens,
    default: new Map<string, Token>(),
    description: "who may read or write; without any, all of this host",
    secret: "inside",
  }),
  tls: section({
    name: "tls",
    options: TLS_OPTIONS,
    description: "the certificate to serve HTTPS by",
  }),
  store: optional({
    name: "store",
    type: textOf(
      'a store, "sqlite:PATH", "redis://…", "rediss://…", ' +
        '"redis+cluster://…" or "redis+unix:///…"',
      isStoreUrl,
    ),
    description: "where networks and samples are kept",
    secret: "url",
  }),
  rspamdVersion: optional({
    name: "rspamd_version",
    type: oneOf([2, 3, 4]),
    description:
      "major version of the rspamd that shares the Redis; found out unless set",
  }),
  metatokenVersion: optional({
    name: "metatoken_version",
    type: oneOf([1, 3]),
    description: "layout of the metatokens; found out from scans unless set",
  }),
  maxPool: option({
    name: "max_pool",
    type: integer({ min: 1 }),
    default: 20_000,
    description: "samples of each class kept for each network",
  }),
  maxSettings: option({
    name: "max_settings",
    type: integer({ min: 1 }),
    default: 256,
    description: "settings names kept for each rule that allows all",
  }),
  bodyLimitBytes: option({
    name: "body_limit",
    type: integer({ min: 1 }),
    default: 1 << 20,
    description: "longest request, in bytes",
  }),
  maxRequests: option({
    name: "max_requests",
    type: integer({ min: 1 }),
    default: 256,
    description: "requests in work at once; more are answered 503",
  }),
  maxConnections: option({
    name: "max_connections",
    type: integer({ min: 1 }),
    default: 1024,
    description: "connections at a time; more are closed at once",
  }),
  requestTimeoutSeconds: option({
    name: "request_timeout",
    type: duration({ min: 0.001, max: MAX_TIMER_SECONDS }),
    default: 10,
    description: "how long headers, bodies, and parts of answers may take",
  }),
  trainTimeoutSeconds: option({
    name: "train_timeout",
    type: duration({ min: 0.001, max: MAX_TIMER_SECONDS }),
    default: 30 * 60,
    description: "how long one training may take",
  }),
  guards: namedSections({
    name: "guards",
    options: GUARD_OPTIONS,
    description: "what may keep a message from being learned by itself",
  }),
  recentScores: option({
    name: "recent_scores",
    type: integer({ min: 0, max: 1000 }),
    default: 50,
    description:
      "scores kept in memory for the page, with the names of their symbols",
  }),
  logLevel: option({
    name: "log_level",
    type: oneOf(LOG_LEVELS),
    default: "info",
    description: "least importance of what is logged",
  }),
  logFormat: option({
    name: "log_format",
    type: oneOf(LOG_FORMATS),
    default: "auto",
    description: "form of the log; auto fits where it goes",
  }),
  slowRequestSeconds: option({
    name: "slow_request",
    type: duration({ min: 0.001, max: MAX_TIMER_SECONDS }),
    default: 1,
    description: "requests that take longer are logged as warnings",
  }),
};
