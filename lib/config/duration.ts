/**
 * Durations as UCL spells them.
 *
 * @module
 */

/** Seconds in each unit; a year has 365 days, as in libucl. */
const SECONDS: Record<string, number> = {
  ms: 0.001,
  s: 1,
  min: 60,
  h: 3600,
  d: 86_400,
  w: 7 * 86_400,
  y: 365 * 86_400,
};
const DURATION = /^(\d+(?:\.\d*)?)(ms|s|min|h|d|w|y)$/i;

/**
 * Reads `100ms`, `30s`, `10min`, `1.5h`, `2d`, `2w` or `1y`.
 *
 * @returns Seconds, or undefined when it is no duration with a unit.
 */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  return match ? Number(match[1]) * SECONDS[match[2].toLowerCase()] : undefined;
}
