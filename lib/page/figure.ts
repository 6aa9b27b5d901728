/**
 * Diagrams with what they show in words.
 *
 * @module
 */

import { type Panel, panelSvg } from "../chart/panel.ts";
import { Html, html } from "./html.ts";

/** A diagram of the page. */
export interface Figure {
  /** Unlike those of other diagrams. */
  id: string;
  /** What it shows, for those who do not see it. */
  description: string;
  panel: Panel;
  /** Names of its lines, where there is more than one. */
  legend?: readonly string[];
}

const FRAME = { width: 420, height: 230 } as const;
/** Room for what stands beside the frame. */
const ROOM = { left: 66, top: 8, right: 26, bottom: 48 } as const;
const STYLES = ["a", "b"] as const;

/** Draws a diagram, as wide as there is room. */
export function figure(
  { id, description, panel, legend = [] }: Figure,
): Html {
  const width = ROOM.left + FRAME.width + ROOM.right;
  const height = ROOM.top + FRAME.height + ROOM.bottom;
  const drawn = new Html(panelSvg({ ...panel, frame: FRAME }));
  return html`
    <svg
      class="chart"
      viewBox="0 0 ${width} ${height}"
      role="img"
      aria-labelledby="${id}"
    >
      <title id="${id}">${description}</title>
      <g transform="translate(${ROOM.left} ${ROOM.top})">${drawn}</g>
    </svg>
    ${legend.length > 1 &&
      html`
        <ul class="legend">${legend.map((name, i) =>
          html`
            <li>
              <svg viewBox="0 0 30 8" aria-hidden="true">
                <path class="line ${STYLES[i]}" d="M0 4H30" />
              </svg>${name}
            </li>
          `
        )}</ul>
      `}
  `;
}

/** A line without axes, among words. */
export function sparkline(
  values: readonly number[],
  description: string,
): Html {
  const greatest = Math.max(...values);
  const points = values.map((value, i) => {
    const x = 1 + 78 * i / Math.max(1, values.length - 1);
    const y = 19 - 18 * value / greatest;
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return html`
    <svg class="sparkline" viewBox="0 0 80 20" role="img" aria-label="${description}">
      <path class="line a" d="M${points.join("L")}" />
    </svg>
  `;
}
