/**
 * Numbers and times, as people read them.
 *
 * @module
 */

import { type Html, html } from "./html.ts";

/** Where a figure is not known. */
const UNKNOWN = "–";

const GROUPED = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** `12,345`. */
export function count(number: number | null | undefined): string {
  return isKnown(number) ? GROUPED.format(number) : UNKNOWN;
}

/** `1.61 %`. */
export function percent(rate: number | null | undefined): string {
  return isKnown(rate) ? `${(100 * rate).toFixed(2)} %` : UNKNOWN;
}

/** `0.9984`; as JSON has it, a figure that is not a number is null. */
export function fourDigits(number: number | null | undefined): string {
  return isKnown(number) ? number.toFixed(4) : UNKNOWN;
}

/** `+0.24` or `−0.24`. */
export function signed(number: number, digits = 3): string {
  if (!isKnown(number)) return UNKNOWN;
  const sign = number < 0 ? "−" : "+";
  return sign + Math.abs(number).toFixed(digits);
}

/** `0.4 s`, `2 min`, `3 h`, `5 days`. */
export function duration(seconds: number | null | undefined): string {
  if (!isKnown(seconds)) return UNKNOWN;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** Later ones are none (year 9999). */
const LAST_TIME = 253_402_300_799;

/**
 * A time, in UTC; the script tells it by the reader's clock.
 *
 * @param at unix time in seconds
 * @param shows `time` for one that is hardly ever on another day
 */
export function time(
  at: number | null | undefined,
  shows: "date" | "time" = "date",
): Html {
  if (!isKnown(at) || at < 0 || at > LAST_TIME) {
    return html`
      ${UNKNOWN}
    `;
  }
  const iso = new Date(1000 * at).toISOString();
  const [day, clock] = iso.split("T");
  const text = shows === "time"
    ? `${clock.slice(0, 8)} UTC`
    : `${day} ${clock.slice(0, 5)} UTC`;
  return html`
    <time datetime="${iso}" data-shows="${shows}">${text}</time>
  `;
}

/** `1 sample`, `2 samples`. */
export function several(number: number, what: string): string {
  return `${count(number)} ${what}${number === 1 ? "" : "s"}`;
}

function isKnown(number: number | null | undefined): number is number {
  return typeof number === "number" && Number.isFinite(number);
}
