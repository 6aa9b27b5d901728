/**
 * One diagram of a picture, in SVG.
 *
 * @module
 */

import type { Axis } from "./axis.ts";
import { escapeXml } from "./xml.ts";

/** A line in a diagram. */
export interface Line {
  /** In the units of the axes. */
  points: readonly [x: number, y: number][];
  /** A point that stands out. */
  mark?: [x: number, y: number];
}

/** What a diagram shows. */
export interface Panel {
  /** Stands above it. */
  title?: string;
  x: Axis;
  y: Axis;
  /** The first one is drawn in style `a`, the second in style `b`. */
  lines: readonly Line[];
  /** Size of its frame, in pixels. */
  frame?: { width: number; height: number };
}

/** Size of a frame, where nothing else is said. */
const FRAME = { width: 360, height: 320 } as const;
/** Points that are closer to each other look like one. */
const LEAST_DISTANCE = 0.5;
const STYLES = ["a", "b"] as const;

/** Draws a diagram; its frame begins at 0, 0. */
export function panelSvg(
  { title, x, y, lines, frame = FRAME }: Panel,
): string {
  const { width, height } = frame;
  const place = ([px, py]: readonly [number, number]): [number, number] => [
    width * x.place(px),
    height * (1 - y.place(py)),
  ];
  return [
    ...title === undefined ? [] : [text(width / 2, -14, title, "title")],
    ...x.ticks.flatMap(({ at, text: said }) => [
      rule(width * at, 0, width * at, height),
      text(width * at, height + 18, said, "tick"),
    ]),
    ...y.ticks.flatMap(({ at, text: said }) => [
      rule(0, height * (1 - at), width, height * (1 - at)),
      text(-8, height * (1 - at) + 4, said, "tick left"),
    ]),
    text(width / 2, height + 40, x.title, "axis"),
    `<g transform="translate(-54 ${height / 2}) rotate(-90)">${
      text(0, 0, y.title, "axis")
    }</g>`,
    `<rect class="frame" width="${width}" height="${height}"/>`,
    ...lines.map(({ points }, i) =>
      `<path class="line ${STYLES[i]}" d="${pathOf(points.map(place))}"/>`
    ),
    ...lines.flatMap(({ mark }, i) => {
      if (!mark) return [];
      const [cx, cy] = place(mark).map(pixels);
      return [
        `<circle class="mark ${STYLES[i]}" cx="${cx}" cy="${cy}" r="4"/>`,
      ];
    }),
  ].join("\n");
}

function rule(x1: number, y1: number, x2: number, y2: number): string {
  const [a, b, c, d] = [x1, y1, x2, y2].map(pixels);
  return `<line class="grid" x1="${a}" y1="${b}" x2="${c}" y2="${d}"/>`;
}

/** A piece of text, in one of the styles of the picture. */
export function text(
  x: number,
  y: number,
  said: string,
  style: string,
): string {
  return `<text class="${style}" x="${pixels(x)}" y="${pixels(y)}">${
    escapeXml(said)
  }</text>`;
}

/** A path through points, without those that nobody could tell apart. */
function pathOf(points: readonly [number, number][]): string {
  const kept: [number, number][] = [];
  for (const [i, point] of points.entries()) {
    const last = kept.at(-1);
    const isFar = !last ||
      Math.hypot(point[0] - last[0], point[1] - last[1]) >= LEAST_DISTANCE;
    if (isFar || i === points.length - 1) kept.push(point);
  }
  return kept.map((point, i) =>
    `${i === 0 ? "M" : "L"}${point.map(pixels).join(" ")}`
  ).join("");
}

function pixels(x: number): number {
  return Number(x.toFixed(1));
}
