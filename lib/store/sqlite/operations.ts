/**
 * The operations of a {@linkcode Store} as calls: what a call is, what became
 * of it, and which calls only read.
 *
 * Every type here is derived from `Store`, so that an operation is declared
 * in one place only.
 *
 * @module
 */

import type { Store } from "../store.ts";

/** Names an operation of a store. */
export type OperationName = Exclude<
  keyof Store,
  "url" | "pluginVersion" | "followRspamd" | "tend" | "ended" | "close"
>;

/** What an operation takes. */
export type Arguments<Name extends OperationName> = Parameters<Store[Name]>;

/** What the promise of an operation resolves to. */
export type Result<Name extends OperationName> = Awaited<
  ReturnType<Store[Name]>
>;

/** The operations of a store, answering at once or throwing. */
export type Operations = {
  [Name in OperationName]: (...args: Arguments<Name>) => Result<Name>;
};

/** An operation with its arguments. */
export interface Call<Name extends OperationName = OperationName> {
  /** Which operation. */
  name: Name;
  /** What it takes, in order. */
  args: Arguments<Name>;
}

/** What became of a call: its result, or why it failed (for people). */
export type Outcome = { value: unknown } | { failure: string };

/**
 * Whether an operation may change the store. Calls that only read are spared
 * the write lock. `check` writes, to find out whether that works.
 */
export const MAY_WRITE: Readonly<Record<OperationName, boolean>> = {
  check: true,
  series: false,
  overview: false,
  profiles: false,
  model: false,
  touch: true,
  carryOver: true,
  prune: true,
  remove: true,
  counts: false,
  pool: false,
  addSamples: true,
  reserve: true,
  samples: false,
  takeIn: false,
  quarantine: true,
  lock: true,
  extendLock: true,
  unlock: true,
  publish: true,
  recordTraining: true,
  trainings: false,
};

/** Carries out a call. */
export function perform<Name extends OperationName>(
  operations: Operations,
  call: Call<Name>,
): Result<Name> {
  return operations[call.name](...call.args);
}
