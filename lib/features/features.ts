/**
 * Named features: what neurald keeps of a scan, and what vectors are made of.
 *
 * @module
 */

import { metatokenNames, type MetatokenVersion } from "./metatokens.ts";
import type { Metatokens, Scan, ScanSymbol } from "./scan.ts";

/** The features of one message. */
export interface Features {
  /** Which metatokens these are. */
  version: MetatokenVersion;
  /** In the order of the version; empty when the scan had none. */
  metatokens: readonly number[];
  /** Names of the symbols that fired, each once. */
  symbols: string[];
  /** One number for each of `symbols`, between 0.1 and 1. */
  values: number[];
}

/** Least that a symbol which fired contributes. */
const LEAST_VALUE = 0.1;

/**
 * Takes the features out of a scan.
 *
 * @param scan the scan
 * @param fallback which metatokens to assume where the scan does not tell
 * @param excluded symbols that are no features, such as neurald's own
 */
export function featuresOf(
  scan: Scan,
  fallback: MetatokenVersion,
  excluded: ReadonlySet<string>,
): Features {
  const version = scan.metatokens.version ?? fallback;
  const symbols: string[] = [];
  const values: number[] = [];
  for (const symbol of scan.symbols) {
    const value = symbolValue(symbol);
    if (value > 0 && !excluded.has(symbol.name)) {
      symbols.push(symbol.name);
      values.push(value);
    }
  }
  const metatokens = metatokensOf(scan.metatokens, version);
  return { version, metatokens, symbols, values };
}

/**
 * The number that a symbol contributes to a vector (rspamd `lua_task.c`,
 * `process_ann_tokens`), or 0 where it does not count.
 *
 * Where a scan has only names, firing is all that is known of a symbol, as of
 * one that has neither score nor weight in rspamd: it contributes 1.
 */
export function symbolValue({ score, weight }: ScanSymbol): number {
  if (score === undefined) return 1;
  if (!Number.isFinite(score)) return 0;
  return Math.max(LEAST_VALUE, strength(score, weight));
}

function strength(score: number, weight: number | undefined): number {
  if (weight === 0 && score === 0) return 1;
  if (!weight || !Number.isFinite(weight)) return Math.abs(Math.tanh(score));
  return Math.min(1, Math.abs(score / weight));
}

/** By name they come in the order of version 3, which begins with version 1. */
function metatokensOf(
  { given, values }: Metatokens,
  version: MetatokenVersion,
): readonly number[] {
  if (!given) return [];
  const { length } = metatokenNames(version);
  return values.length === length ? values : values.slice(0, length);
}
