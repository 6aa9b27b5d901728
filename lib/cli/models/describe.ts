/**
 * Models in words.
 *
 * @module
 */

import type { ModelEntry } from "../../engine/models/entry.ts";
import type { ModelOrigin } from "../../model/origin.ts";
import type { Metrics } from "../../nn/quality/metrics.ts";

/** One line for each model, in columns. */
export function modelLines(
  models: readonly ModelEntry[],
  now: number,
): string[] {
  const rows = models.map((model) => cellsOf(model, now));
  const widths = rows.reduce<number[]>(
    (widths, cells) =>
      cells.map((cell, i) => Math.max(widths[i] ?? 0, cell.length)),
    [],
  );
  return rows.map((cells) =>
    cells.map((cell, i) => cell.padEnd(widths[i])).join("  ").trimEnd()
  );
}

function cellsOf(model: ModelEntry, now: number): string[] {
  const { id, key, training, published_at, used_at, problem } = model;
  const at = published_at ?? used_at;
  return [
    id,
    stateOf(model),
    ageOf(now - at),
    model.stale ? "" : whence(model.origin),
    training
      ? `${training.architecture}, ${samplesOf(training.trained_on)}`
      : "",
    problem ?? (training ? inShort(training.figures) : ""),
    key,
  ];
}

/** Whether a model answers, waits, or is gone. */
export function stateOf({ stale, in_service }: ModelEntry): string {
  if (in_service) return "in service";
  return stale ? "[stale]" : "";
}

/** Where a model comes from. */
export function whence(origin: ModelOrigin | undefined): string {
  switch (origin?.kind) {
    case "rollback":
      return `rolled back to ${origin.of}`;
    case "imported":
      return origin.forced ? "imported by force" : "imported";
    case "external":
      return origin.merged === undefined ? "external" : "external, merged";
    default:
      return "trained";
  }
}

/** Samples of each class. */
export function samplesOf(
  { spam, ham }: { spam: number; ham: number },
): string {
  return `${spam} spam, ${ham} ham`;
}

/** The two figures that count most. */
export function inShort(
  { auc, error }: Pick<Metrics, "auc" | "error">,
): string {
  return `AUC ${number(auc, 1, 4)}, error ${number(error, 100, 2)} %`;
}

/** JSON has no NaN: what is unknown comes as null. */
function number(value: number | null, factor: number, digits: number): string {
  return Number.isFinite(value) ? (factor * value!).toFixed(digits) : "unknown";
}

const UNITS: [name: string, seconds: number][] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** How long ago something was, in the largest unit that fits. */
export function ageOf(seconds: number): string {
  for (const [name, length] of UNITS) {
    const count = Math.floor(seconds / length);
    if (count >= 1) return `${count} ${name}${count > 1 ? "s" : ""} ago`;
  }
  return "just now";
}

/** A moment, to the second. */
export function timeOf(unixSeconds: number): string {
  return new Date(1000 * unixSeconds).toISOString().replace(/\.\d+Z$/, "Z");
}
