/**
 * The configuration of a rspamd for a test: what Debian ships, with a few
 * files over it.
 *
 * @module
 */

import { MAIL_CLASSES } from "../../lib/features/mail_class.ts";

/** JSON is UCL, too. */
type Settings = Record<string, unknown>;

/** How a rspamd of a test differs from others. */
export interface RspamdOptions {
  /** Port of its Redis on this host. */
  redisPort: number;
  /**
   * Whether it trains; it does unless this is false. Only the first controller
   * process trains (`neural.lua`, `is_primary_controller`). Where none is
   * configured, the first scanner plays its part (`worker.c`), but not where
   * one is configured with a count of 0. Such a rspamd stores vectors and loads
   * models, and no more; it has no controller port either.
   */
  trains?: boolean;
  /** How many processes scan messages; 1 unless given. */
  scanners?: number;
  /** Options of the neural module beside `rules`, such as `max_profiles`. */
  module?: Settings;
  /** Options of the rule `default`. */
  rule?: Settings;
  /** Options of its section `train`. */
  train?: Settings;
  /** Whether it answers which headers it would add to a message. */
  addsHeaders?: boolean;
  /** More Lua for `rspamd.local.lua`, for example another symbol. */
  lua?: string;
  /** More files of its local configuration folder, by name. */
  files?: Record<string, string>;
}

/** Where one rspamd lives. */
export interface RspamdPlaces {
  folder: string;
  /** Where it scans. */
  port: number;
  controllerPort: number;
  dnsPort: number;
}

/** Of a message that is taught it adds this score, or takes it away. */
const TAUGHT_SCORE = 1000;

/** Request header that makes rspamd learn a message, and its two values. */
export const CLASS_HEADER = "Test-Class";

/** The files of its local configuration folder, by name. */
export function configurationFiles(
  options: RspamdOptions,
  places: RspamdPlaces,
): Record<string, string> {
  const sections = Object.entries(overrides(options, places)).map((
    [name, settings],
  ) => [`override.d/${name}`, lines(settings)]);
  return {
    ...Object.fromEntries(sections),
    "rspamd.local.lua": LUA + (options.lua ?? ""),
    tlds: TOP_LEVEL_DOMAINS.join("\n"),
    ...options.files,
  };
}

function lines(settings: Settings): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key} = ${JSON.stringify(value)};\n`).join("");
}

function overrides(
  { redisPort, trains = true, scanners = 1, ...options }: RspamdOptions,
  { folder, port, controllerPort, dnsPort }: RspamdPlaces,
): Record<string, Settings> {
  return {
    "options.inc": {
      filters: "chartable,dkim,regexp",
      dns: { nameserver: [`127.0.0.1:${dnsPort}`] },
      // The list that Debian ships takes 15 seconds to compile.
      url_tld: `${folder}/configuration/tlds`,
      tempdir: folder,
    },
    // What the neural module does is said at the level of debugging only.
    "logging.inc": {
      type: "console",
      level: "info",
      debug_modules: ["neural"],
    },
    "worker-normal.inc": { bind_socket: `127.0.0.1:${port}`, count: scanners },
    "worker-controller.inc": {
      bind_socket: `127.0.0.1:${controllerPort}`,
      count: trains ? 1 : 0,
    },
    "worker-proxy.inc": { enabled: false },
    "fuzzy_check.conf": { enabled: false },
    ...options.addsHeaders && {
      "milter_headers.conf": { use: ["x-spamd-result", "x-rspamd-action"] },
    },
    // The score of either symbol is then the output of the network.
    "neural_group.conf": {
      symbols: { NEURAL_SPAM: { weight: 1 }, NEURAL_HAM: { weight: -1 } },
    },
    // Nothing else is told of Redis, so that nothing else uses it.
    "neural.conf": {
      enabled: true,
      servers: `127.0.0.1:${redisPort}`,
      ...options.module,
      rules: { default: ruleOf(options) },
    },
  };
}

function ruleOf({ rule, train }: Partial<RspamdOptions>): Settings {
  return {
    watch_interval: 1,
    ...rule,
    train: {
      max_trains: 20,
      // Else it skips messages by chance when the classes are not in balance.
      learn_mode: "proportional",
      spam_score: TAUGHT_SCORE / 2,
      ham_score: -TAUGHT_SCORE / 2,
      ...train,
    },
  };
}

/** Of the names in the messages. */
const TOP_LEVEL_DOMAINS = ["biz", "com", "de", "edu", "net", "org", "uk"];

/**
 * Two symbols that are no features: one moves the total of a message that is
 * taught, after all else is known, so that the neural module learns it for its
 * score; the other one reports the metatokens, which no answer has.
 */
const LUA = `
local lua_meta = require "lua_meta"

local totals = { ${
  MAIL_CLASSES.map((name) =>
    `${name} = ${name === "spam" ? TAUGHT_SCORE : -TAUGHT_SCORE}`
  ).join(", ")
} }

rspamd_config:register_symbol{
  name = "TAUGHT",
  type = "postfilter",
  flags = "nostat",
  score = 1.0,
  callback = function(task)
    local class = task:get_request_header("${CLASS_HEADER}")
    if class then task:insert_result("TAUGHT", totals[tostring(class)]) end
  end
}

rspamd_config:register_symbol{
  name = "REPORT_METATOKENS",
  type = "idempotent,callback",
  flags = "nostat,ignore_passthrough",
  callback = function(task)
    local texts = {}
    for i, number in ipairs(lua_meta.gen_metatokens(task)) do
      texts[i] = string.format("%.17g", number)
    end
    task:append_message(table.concat(texts, " "), "metatokens")
  end
}
`;
