/**
 * neurald as a library: scans, networks, models and the daemon.
 *
 * @example Run the daemon inside another program, and use it
 * ```ts
 * import { lineLog, parseConfig, startDaemon } from "@neurald/neurald";
 *
 * const { config } = parseConfig("train { max_trains = 100; }", "inline");
 * if (config) {
 *   const daemon = await startDaemon({
 *     config,
 *     store: "sqlite::memory:", // or sqlite:/var/lib/neurald/neurald.sqlite
 *     listen: { hostname: "127.0.0.1", port: 0 }, // any that is free
 *     log: lineLog("warn", console.error),
 *   });
 *   const response = await fetch(`${daemon.url}/v1/learn`, {
 *     method: "POST",
 *     body: JSON.stringify({ class: "spam", symbols: { BAYES_SPAM: [3.2, 5.1] } }),
 *   });
 *   console.log(await response.json()); // { learned: true, class: "spam", … }
 *   await daemon.stop();
 * }
 * ```
 *
 * @example Score a scan by a model file, such as `neurald train` makes
 * ```ts
 * import { decodeRnm, featuresOf, openModel, parseScan } from "@neurald/neurald";
 *
 * // From −1 (ham) to 1 (spam).
 * function score(path: string, json: unknown): number {
 *   const model = openModel(decodeRnm(Deno.readFileSync(path)));
 *   const features = featuresOf(parseScan(json), model.layout.version, new Set());
 *   return model.predictor.output(model.layout.vectorOf(features));
 * }
 *
 * for (const path of Deno.args) {
 *   console.log(path, score(path, { symbols: { BAYES_SPAM: [3.2, 5.1] } }));
 * }
 * ```
 *
 * @example Decide what a daemon of this program learns by itself
 * ```ts
 * import { configure, registerGuard, unregisterGuard } from "@neurald/neurald";
 *
 * // Where a rule of the configuration does not say otherwise.
 * configure({ enabled: true, spamScore: 12, hamScore: -2 });
 *
 * registerGuard("known senders", (scan, mailClass) => {
 *   const isKnown = scan.symbols.some(({ name }) => name === "KNOWN_SENDER");
 *   return mailClass === "ham" || !isKnown || "known senders send no spam";
 * }, { priority: 10 });
 *
 * unregisterGuard("known senders"); // true
 * ```
 *
 * @module
 */

// Scans and what is taken out of them.
export {
  type Features,
  featuresOf,
  symbolValue,
} from "./lib/features/features.ts";
export { Layout } from "./lib/features/layout.ts";
export {
  type ClassCounts,
  MAIL_CLASSES,
  type MailClass,
} from "./lib/features/mail_class.ts";
export {
  METATOKEN_VERSIONS,
  metatokenNames,
  type MetatokenVersion,
} from "./lib/features/metatokens.ts";
export {
  type Metatokens,
  parseScan,
  type Scan,
  ScanError,
  type ScanSymbol,
} from "./lib/features/scan.ts";

// Networks.
export {
  type Graph,
  type GraphNode,
  type LeafNode,
  NetworkError,
  type NodeBase,
  type OperatorNode,
} from "./lib/nn/graph.ts";
export { decodeKann, encodeKann } from "./lib/nn/kann.ts";
export type { Normalization } from "./lib/nn/normalization.ts";
export type { Projection } from "./lib/nn/pca.ts";
export {
  type Contributions,
  createPredictor,
  type InputTransform,
  type Predictor,
} from "./lib/nn/predictor.ts";
export {
  type Calibration,
  probabilityOf,
} from "./lib/nn/quality/calibration.ts";
export { measure, type Metrics } from "./lib/nn/quality/metrics.ts";
export type { SparseVector } from "./lib/nn/sparse.ts";

// Models: networks, and what their inputs mean.
export { type Model, openModel } from "./lib/model/model.ts";
export { profileDigest, profileDistance } from "./lib/model/profile.ts";
export {
  type Provider,
  providersDigest,
  type ProvidersRule,
} from "./lib/model/provider_digest.ts";
export {
  decodeRnm,
  encodeRnm,
  RnmError,
  type RnmModel,
  type RnmProfile,
} from "./lib/model/rnm.ts";
export type { TrainingRecord } from "./lib/model/training_record.ts";

// Configuration.
export type { ListenAddress } from "./lib/config/address.ts";
export type {
  Config,
  GuardConfig,
  NeuraldConfig,
  RedisConfig,
  RuleConfig,
  TrainConfig,
} from "./lib/config/config.ts";
export {
  loadConfig,
  type LoadedConfig,
  type LoadOptions,
  type Origins,
  parseConfig,
  type UnusableConfig,
  type UsableConfig,
} from "./lib/config/load.ts";
export type {
  Complain,
  Complaint,
  Entry,
  NamedSections,
  NoEffect,
  Option,
  OptionTable,
  OptionType,
  Section,
  ValueOf,
  ValuesOf,
} from "./lib/config/option.ts";
export { AUTOLEARN_OPTIONS } from "./lib/config/options/autolearn.ts";
export { GUARD_OPTIONS } from "./lib/config/options/guards.ts";
export { TOP_OPTIONS } from "./lib/config/options.ts";
export { NEURALD_OPTIONS } from "./lib/config/options/neurald.ts";
export { REDIS_OPTIONS } from "./lib/config/options/redis.ts";
export { RULE_OPTIONS } from "./lib/config/options/rule.ts";
export { TRAIN_OPTIONS } from "./lib/config/options/train.ts";
export {
  formatProblems,
  type Problem,
  type Severity,
} from "./lib/config/problem.ts";
export type { Origin } from "./lib/config/section_reader.ts";
export type { ReadText } from "./lib/config/ucl/read.ts";
export type { Place } from "./lib/config/ucl/place.ts";
export type {
  UclArray,
  UclBoolean,
  UclElement,
  UclEntry,
  UclNode,
  UclNull,
  UclNumber,
  UclObject,
  UclText,
  UclValue,
} from "./lib/config/ucl/value.ts";
export type { Variables } from "./lib/config/ucl/variables.ts";

// What is learned without anybody saying what it is.
export {
  Autolearn,
  type AutolearnAnswer,
  type AutolearnContext,
  type AutolearnDecision,
} from "./lib/policy/autolearn/autolearn.ts";
export type {
  AutolearnChanges,
  AutolearnOptions,
  ProbabilityCheck,
  RateLimit,
  Sampling,
} from "./lib/policy/autolearn/options.ts";
export {
  AutolearnError,
  type AutolearnProblem,
} from "./lib/policy/autolearn/problems.ts";
export {
  AutolearnRegistry,
  configure,
  registerGuard,
  unregisterGuard,
} from "./lib/policy/autolearn/registry.ts";
export { ExpressionError } from "./lib/policy/expression/expression_error.ts";
export {
  Expression,
  type SymbolValue,
} from "./lib/policy/expression/expression.ts";
export type {
  Guard,
  GuardAnswer,
  GuardContext,
  GuardOptions,
  GuardStatus,
} from "./lib/policy/guards/guard.ts";
export {
  type GuardCounts,
  type GuardFailed,
  Guards,
  type RegisteredGuard,
} from "./lib/policy/guards/guards.ts";

// The daemon.
export { type Daemon, type DaemonOptions, startDaemon } from "./lib/daemon.ts";
export { humanLine } from "./lib/log/human.ts";
export { journalLine } from "./lib/log/journal.ts";
export { jsonLine } from "./lib/log/json.ts";
export { lineLog, type LineLogOptions } from "./lib/log/line_log.ts";
export {
  type Log,
  LOG_LEVELS,
  type LogEntry,
  type LogFields,
  type LogLevel,
} from "./lib/log/log.ts";
export { VERSION } from "./lib/version.ts";
