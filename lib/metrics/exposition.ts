/**
 * Families as a text that Prometheus reads.
 *
 * @module
 */

import type { Family } from "./family.ts";

/** Type of the text. */
export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Words families in Prometheus' text format. No two may have the same name.
 *
 * @param turn is awaited after each, so that others may have theirs
 */
export async function textOf(
  families: readonly Family[],
  turn: () => Promise<void> = () => Promise.resolve(),
): Promise<string> {
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
  let text = "";
  for (const { name } of families) {
    text += await registry.getSingleMetricAsString(name) + "\n\n";
    await turn();
  }
  return text;
}
