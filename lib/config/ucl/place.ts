/**
 * Where something stands in a configuration file.
 *
 * @module
 */

/** A position in a file, for messages. */
export interface Place {
  /** The file as it was named, or `-` for standard input. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units, as editors count. */
  readonly column: number;
}

/** Writes a place as `file:line`. */
export function formatPlace(place: Place): string {
  return `${place.file}:${place.line}`;
}

/** One file's text, and which line each offset of it is on. */
export class Source {
  readonly file: string;
  readonly text: string;
  /** The `.include` that brought this file in; absent for the first file. */
  readonly includedFrom?: Place;
  readonly #lineStarts: number[] = [0];

  constructor(file: string, text: string, includedFrom?: Place) {
    this.file = file;
    this.text = text;
    this.includedFrom = includedFrom;
    let newline = text.indexOf("\n");
    while (newline >= 0) {
      this.#lineStarts.push(newline + 1);
      newline = text.indexOf("\n", newline + 1);
    }
  }

  /**
   * Tells the line and column of an offset.
   *
   * @param offset Code units from the start of the text, at most its length.
   */
  placeAt(offset: number): Place {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#lineStarts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return {
      file: this.file,
      line: low + 1,
      column: offset - this.#lineStarts[low] + 1,
    };
  }
}
