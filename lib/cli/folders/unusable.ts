/**
 * Messages that could not be used, and why.
 *
 * @module
 */

/** Places that are told for a reason. */
const MOST_PLACES = 3;
/** Reasons that are told apart. */
const MOST_REASONS = 100;
const OTHER_REASONS = "for other reasons";

/** How many could not be used for one reason. */
export interface UnusableMessages {
  reason: string;
  messages: number;
  /** The first few of them. */
  places: string[];
}

/** Counts messages that could not be used, by reason. */
export class UnusableTally {
  readonly #byReason = new Map<string, UnusableMessages>();

  /** Counts one. */
  add(place: string, reason: string): void {
    const isNew = !this.#byReason.has(reason);
    const key = isNew && this.#byReason.size >= MOST_REASONS
      ? OTHER_REASONS
      : reason;
    const counted = this.#byReason.get(key) ??
      { reason: key, messages: 0, places: [] };
    this.#byReason.set(key, counted);
    counted.messages++;
    if (counted.places.length < MOST_PLACES) counted.places.push(place);
  }

  /** How many there were. */
  get messages(): number {
    return this.toJSON().reduce((sum, { messages }) => sum + messages, 0);
  }

  /** For programs: the most frequent reason first. */
  toJSON(): UnusableMessages[] {
    return [...this.#byReason.values()]
      .sort((a, b) => b.messages - a.messages);
  }

  /** For people. */
  toLines(): string[] {
    return this.toJSON().flatMap(({ reason, messages, places }) => {
      const more = messages - places.length;
      return [
        `  ${messages} not: ${reason}`,
        ...places.map((place) => `    ${place}`),
        ...more > 0 ? [`    and ${more} more`] : [],
      ];
    });
  }
}
