/**
 * Families as a text that Prometheus reads.
 *
 * @module
 */

import type { Family } from "./family.ts";

/** Type of the text. */
export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Words families in Prometheus' text format. No two may have the same name. */
export async function textOf(families: readonly Family[]): Promise<string> {
  // Who is not asked for metrics loads none of it.
  const { default: Registry } = await import("prom-client/registry");
  const registry = new Registry();
  for (const { samples, ...family } of families) {
    const values = samples.map(({ suffix = "", labels = {}, value }) => ({
      metricName: family.name + suffix,
      labels,
      value,
    }));
    registry.registerMetric({ ...family, get: () => ({ ...family, values }) });
  }
  return await registry.metrics();
}
