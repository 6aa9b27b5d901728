/**
 * Which symbols a model goes by most.
 *
 * @module
 */

import type { Model } from "./model.ts";

/** What one symbol does. */
export interface Influence {
  name: string;
  /**
   * The output for a message of which nothing is known but that this symbol
   * fired with its whole weight, less that for one of which nothing is known.
   */
  effect: number;
}

/** The symbols that move a model's output most. */
export interface Influences {
  /** Towards spam, the strongest first. */
  spam: Influence[];
  /** Towards ham, the strongest first. */
  ham: Influence[];
}

/**
 * Finds the symbols that move a model's output most, each by itself.
 *
 * @param most how many to give of each side
 * @param pause awaited after each symbol: there may be thousands
 */
export async function influencesOf(
  { layout, predictor }: Pick<Model, "layout" | "predictor">,
  most: number,
  pause: () => Promise<void>,
): Promise<Influences> {
  const { length } = layout;
  const base = predictor.output({ length, indices: [], values: [] });
  const all: Influence[] = [];
  for (const name of layout.symbols) {
    const indices = [layout.positionOf(name)!];
    const output = predictor.output({ length, indices, values: [1] });
    all.push({ name, effect: output - base });
    await pause();
  }
  all.sort((a, b) => b.effect - a.effect);
  return {
    spam: all.filter(({ effect }) => effect > 0).slice(0, most),
    ham: all.filter(({ effect }) => effect < 0).reverse().slice(0, most),
  };
}
