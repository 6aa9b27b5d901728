/**
 * Axes of a diagram: where a number stands, and which are written beside it.
 *
 * @module
 */

/** An axis, from 0 (its beginning) to 1 (its end). */
export interface Axis {
  /** What it shows. */
  title: string;
  /** Where a number stands; what is beyond an end stands there. */
  place(x: number): number;
  /** The numbers that are written, and how. */
  ticks: { at: number; text: string }[];
}

/** Ticks of shares stand this far apart: the first that gives few enough. */
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2];
const MOST_STEPS = 6;
/** Shares that ought to be equal differ in their last digits. */
const NOISE = 1e-9;

/** An axis of shares up to 1. */
export function shareAxis(title: string, least = 0): Axis {
  const step = STEPS.find((step) => (1 - least) / step < MOST_STEPS + NOISE) ??
    STEPS.at(-1)!;
  const count = Math.floor((1 - least) / step + NOISE);
  return {
    title,
    place: (x) => clamp((x - least) / (1 - least)),
    ticks: Array.from({ length: count + 1 }, (_, i) => {
      const x = 1 - i * step;
      return { at: clamp((x - least) / (1 - least)), text: percent(x) };
    }),
  };
}

/**
 * A logarithmic axis of shares up to 1. Its beginning stands for 0.
 *
 * @param decades how many powers of ten it has
 */
export function logarithmicAxis(title: string, decades: number): Axis {
  const powers = Array.from({ length: decades }, (_, i) => i + 1);
  return {
    title,
    place: (x) => x <= 0 ? 0 : clamp(1 + Math.log10(x) / decades),
    ticks: [
      { at: 0, text: "0" },
      ...powers.map((i) => ({
        at: i / decades,
        text: percent(10 ** (i - decades)),
      })),
    ],
  };
}

/** Ticks of numbers are such multiples of a power of ten apart. */
const ROUND = [1, 2, 5, 10];

/**
 * An axis of numbers from 0 on, up to the round one above the greatest.
 *
 * @param greatest above 0
 */
export function numberAxis(title: string, greatest: number): Axis {
  const power = 10 ** Math.floor(Math.log10(greatest / MOST_STEPS));
  const step = power *
    ROUND.find((round) => greatest / (power * round) < MOST_STEPS - NOISE)!;
  const count = Math.ceil(greatest / step - NOISE);
  return {
    title,
    place: (x) => clamp(x / (count * step)),
    ticks: Array.from({ length: count + 1 }, (_, i) => ({
      at: i / count,
      text: String(Number((i * step).toPrecision(6))),
    })),
  };
}

function clamp(x: number): number {
  return Math.min(1, Math.max(0, x));
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}
