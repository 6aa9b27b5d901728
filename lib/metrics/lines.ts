/**
 * Figures of lines of networks, by rule and settings.
 *
 * @module
 */

import { labelValue, LabelValues, OTHER } from "./label_values.ts";

/** The labels of a line of networks. */
export type LineLabels = Readonly<Record<"rule" | "settings", string>>;

/** What is known of one or more lines. */
export interface LineFigures<T> {
  labels: LineLabels;
  figures: T;
}

/** So many rules have a name of their own, */
export const MOST_RULES = 50;
/** and so many settings of each, */
const MOST_SETTINGS = 50;
/** as long as there are no more lines than so many. */
const MOST_LINES = 500;

/** Messages without settings; they always have a line of their own. */
const DEFAULT_SETTINGS = "default";

/** Settings of one rule, by their names. */
interface Rule<T> {
  label: string;
  bySettings: Map<string, T>;
}

/**
 * Figures by rule and settings. Settings come with scans: the first ones have
 * figures of their own, and all others share theirs.
 */
export class Lines<T> {
  readonly #make: () => T;
  readonly #values = new LabelValues(MOST_RULES);
  readonly #rules = new Map<string, Rule<T>>();
  readonly #byLabels = new Map<string, LineFigures<T>>();

  /** @param make gives the figures of a line at first */
  constructor(make: () => T) {
    this.#make = make;
  }

  /** Those of a line, which it may share. */
  of(rule: string, settings: string): T {
    const known = this.#rules.get(rule) ?? this.#addRule(rule);
    return known.bySettings.get(settings) ?? this.#add(known, settings);
  }

  /** All there are. */
  list(): LineFigures<T>[] {
    return [...this.#byLabels.values()];
  }

  #addRule(name: string): Rule<T> {
    const label = this.#values.of(name);
    // The others have one entry.
    const key = label === OTHER ? OTHER : name;
    const rule = this.#rules.get(key) ?? { label, bySettings: new Map() };
    this.#rules.set(key, rule);
    return rule;
  }

  #add({ label, bySettings }: Rule<T>, settings: string): T {
    const hasRoom = label !== OTHER &&
      (settings === DEFAULT_SETTINGS ||
        bySettings.size < MOST_SETTINGS && this.#byLabels.size < MOST_LINES);
    const value = hasRoom ? labelValue(settings) : OTHER;
    const figures = this.#open({ rule: label, settings: value });
    if (hasRoom) bySettings.set(settings, figures);
    return figures;
  }

  /** Names that come to the same value share their figures. */
  #open(labels: LineLabels): T {
    const key = `${labels.rule}\n${labels.settings}`;
    const known = this.#byLabels.get(key);
    if (known) return known.figures;
    const figures = this.#make();
    this.#byLabels.set(key, { labels, figures });
    return figures;
  }
}
