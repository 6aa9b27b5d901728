/**
 * What became of messages that were to be learned.
 *
 * @module
 */

import type { ClassCounts } from "../../features/mail_class.ts";
import { UnusableTally } from "../folders/unusable.ts";

/** What became of messages. */
export class Tally {
  /** Learned, corrected ones among them. */
  readonly learned: ClassCounts = { spam: 0, ham: 0 };
  /** Learned as the other class before. */
  readonly corrected: ClassCounts = { spam: 0, ham: 0 };
  /** Taught as the same class before. */
  known = 0;
  /** Known to neurald by others' teaching, or by what the filter says of them. */
  alike = 0;
  /** Copies of a message that was there before, in the same run. */
  duplicates = 0;
  /** Copies of a message that is of the other class in the same run. */
  contradictory = 0;
  /** What could not be used. */
  readonly unusable: UnusableTally = new UnusableTally();

  /** How many there were of any kind. */
  get messages(): number {
    return this.#ofUse + this.contradictory + this.unusable.messages;
  }

  /** Whether anything was learned that was not known. */
  get hasLearned(): boolean {
    return this.learned.spam + this.learned.ham > 0;
  }

  /** Whether there was a message, and none of any use. */
  get isFailure(): boolean {
    return this.messages > 0 && this.#ofUse === 0;
  }

  get #ofUse(): number {
    const { spam, ham } = this.learned;
    return spam + ham + this.known + this.alike + this.duplicates;
  }

  /** For programs. */
  toJSON(): Record<string, unknown> {
    const { learned, corrected, known, alike, duplicates } = this;
    const { contradictory, unusable } = this;
    return {
      learned,
      corrected,
      known,
      alike,
      duplicates,
      contradictory,
      unusable,
    };
  }

  /** For people, in lines. */
  toLines(): string[] {
    const { learned: { spam, ham }, corrected, messages } = this;
    const moved = corrected.spam + corrected.ham;
    const lines = [
      `learned ${spam} spam and ${ham} ham of ${messages} messages` +
      (moved > 0 ? `; ${moved} of them were learned otherwise before` : ""),
    ];
    if (this.known > 0) lines.push(`  ${this.known} were known`);
    if (this.alike > 0) {
      lines.push(
        `  ${this.alike} add nothing: neurald knows them, or others of which the filter says the same`,
      );
    }
    if (this.duplicates > 0) lines.push(`  ${this.duplicates} are duplicates`);
    if (this.contradictory > 0) {
      lines.push(
        `  ${this.contradictory} are copies of what is in a folder of the other class, which was read first and counts`,
      );
    }
    lines.push(...this.unusable.toLines());
    return lines;
  }
}
