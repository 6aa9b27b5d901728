/**
 * Bars: shares and strengths that can be compared at a glance. What they show
 * always stands beside them as a number.
 *
 * @module
 */

import { type Html, html } from "./html.ts";

/** A bar from the left; `share` is between 0 and 1. */
export function bar(share: number, style: "spam" | "ham" | "done"): Html {
  return drawing(
    style,
    html`
      <rect class="fill" width="${length(share)}" height="8" />
    `,
  );
}

/**
 * A bar from the middle, to the right for spam and to the left for ham.
 *
 * @param value between −1 and 1
 */
export function balance(value: number): Html {
  const half = length(Math.abs(value)) / 2;
  const x = value > 0 ? 50 : 50 - half;
  return drawing(
    value > 0 ? "spam" : "ham",
    html`
      <rect class="fill" x="${x}" width="${half}" height="8" />
      <rect class="middle" x="49.7" width="0.6" height="8" />
    `,
  );
}

function drawing(style: string, parts: Html): Html {
  return html`
    <svg
      class="bar ${style}"
      viewBox="0 0 100 8"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect class="rail" width="100" height="8" />
      ${parts}
    </svg>
  `;
}

function length(share: number): number {
  if (!Number.isFinite(share)) return 0;
  return Number((100 * Math.min(1, Math.max(0, share))).toFixed(1));
}
