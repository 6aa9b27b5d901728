/**
 * Builds the tree of a UCL text while it is read, and decides what becomes of
 * a key that is given again.
 *
 * @module
 */

import { joinKey } from "./key_path.ts";
import { formatPlace, type Place, type Source } from "./place.ts";
import { UclSyntaxError } from "./syntax_error.ts";
import type { UclArray, UclElement, UclObject, UclValue } from "./value.ts";

/** How deep sections and arrays may be nested. */
export const MAX_DEPTH = 64;

/** What `.include(duplicate=…)` makes of keys that are there already. */
export const STRATEGIES = ["append", "merge", "rewrite", "error"] as const;

/** One of {@linkcode STRATEGIES}. */
export type Strategy = typeof STRATEGIES[number];

/** A section or an array that is being read. */
export interface Frame {
  readonly container: UclObject | UclArray;
  /** The keys that lead to it, joined. */
  readonly path: string;
  /**
   * How many keys in a row opened it (`a b c { }`). Closing a brace also
   * closes the frames around it up to one of its own level.
   */
  readonly level: number;
  /** Where its brace or bracket is; absent when it has none. */
  readonly brace?: Place;
  /** The file that opened it, which has to close it. */
  readonly source: Source;
}

/** How a key is to be added. */
export interface KeyOptions {
  readonly priority: number;
  readonly strategy: Strategy;
}

/** The tree so far, and where in it reading goes on. */
export class Tree {
  readonly #frames: Frame[] = [];
  #element: UclElement | undefined;
  #root: UclObject | UclArray | undefined;

  /** The first section or array that was opened, if any was. */
  get root(): UclObject | UclArray | undefined {
    return this.#root;
  }

  /** The innermost open section or array; undefined when all are closed. */
  get frame(): Frame | undefined {
    return this.#frames.at(-1);
  }

  /** How many sections and arrays are open. */
  get depth(): number {
    return this.#frames.length;
  }

  /** The keys that lead to one of the innermost section, that one included. */
  pathOf(key: string): string {
    return joinKey(this.frame?.path ?? "", key);
  }

  /** Opens a frame around a container that is in the tree, or is the root. */
  push(frame: Frame): void {
    this.#root ??= frame.container;
    this.#frames.push(frame);
  }

  /** Leaves the innermost frames until so many are open. */
  popTo(depth: number): void {
    this.#frames.length = depth;
  }

  /**
   * Leaves the frames inside the innermost one that a bracket could close.
   *
   * @param source The file that the bracket stands in.
   * @returns false when there is none.
   */
  popToBracket(kind: "object" | "array", source: Source): boolean {
    const index = this.#frames.findLastIndex((frame) =>
      frame.container.kind === kind && frame.brace !== undefined &&
      frame.source === source
    );
    if (index >= 0) this.popTo(index + 1);
    return index >= 0;
  }

  /**
   * Leaves the innermost frame at its closing brace, and those around it that
   * keys without braces opened.
   */
  close(): void {
    this.#frames.pop();
    while (this.#frames.length > 1) {
      const [outer, inner] = this.#frames.slice(-2);
      if (outer.level === inner.level) break;
      this.#frames.pop();
    }
  }

  /**
   * Adds a key to the innermost section; the next value is its value.
   *
   * Mirrors `ucl_parser_process_object_element`: where the key is there
   * already, the strategy and the priorities decide whether the new value
   * joins the old ones, replaces them, goes into them or is dropped.
   *
   * @throws {UclSyntaxError} when the strategy is `error` and the key is there.
   */
  addKey(key: string, at: Place, options: KeyOptions): void {
    const { entries } = this.frame?.container as UclObject;
    const { priority } = options;
    const fresh: UclElement = {
      key,
      at,
      priority,
      value: { kind: "null", at, written: false },
    };
    this.#element = fresh;
    const elements = entries.get(key)?.elements;
    if (elements === undefined || options.strategy === "rewrite") {
      entries.set(key, { elements: [fresh] });
      return;
    }
    const [first] = elements;
    if (options.strategy === "error") {
      throw new UclSyntaxError(
        at,
        `given again, which duplicate=error forbids; first at ${
          formatPlace(first.at)
        }`,
      );
    }
    if (options.strategy === "merge" && isContainer(first.value)) {
      this.#element = first;
    } else if (first.priority === priority) {
      elements.push(fresh);
    } else if (first.priority < priority) {
      entries.set(key, { elements: [fresh] });
    }
  }

  /** Gives the key that was added last its value, or adds to an array. */
  setValue(value: UclValue): void {
    const container = this.frame?.container;
    if (container?.kind === "array") container.items.push(value);
    else if (this.#element) this.#element.value = value;
  }

  /** Notes that the value of the key that was added last cannot be read. */
  setUnreadable(at: Place): void {
    const value = this.#element?.value;
    if (value?.kind === "null" && !value.written) {
      this.#element!.value = { kind: "null", at, written: true };
    }
  }

  /**
   * Opens a section or an array as the next value. When keys are merged it is
   * the one that is there already.
   *
   * @throws {UclSyntaxError} when it cannot be merged or is nested too deep.
   */
  open(
    kind: "object" | "array",
    at: Place,
    frame: Omit<Frame, "container" | "path">,
  ): void {
    if (this.depth >= MAX_DEPTH) {
      throw new UclSyntaxError(
        at,
        `nested too deep: at most ${MAX_DEPTH} levels`,
      );
    }
    const inArray = this.frame?.container.kind === "array";
    const path = inArray
      ? this.frame.path
      : this.pathOf(this.#element?.key ?? "");
    const existing = inArray ? undefined : this.#element?.value;
    let container: UclObject | UclArray;
    if (existing && isContainer(existing)) {
      if (existing.kind !== kind) {
        throw new UclSyntaxError(
          at,
          `a section cannot be merged with an array; first at ${
            formatPlace(existing.at)
          }`,
        );
      }
      container = existing;
    } else {
      container = kind === "object"
        ? { kind, at, entries: new Map() }
        : { kind, at, items: [] };
      this.setValue(container);
    }
    this.push({ ...frame, container, path });
  }
}

function isContainer(value: UclValue): value is UclObject | UclArray {
  return value.kind === "object" || value.kind === "array";
}
