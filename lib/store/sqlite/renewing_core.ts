import { resolve } from "node:path";
import { StoreError } from "../store.ts";
import { SqliteCore } from "./core.ts";
import { isDamage, keepAside } from "./damage.ts";
import {
  type DatabaseOptions,
  IN_MEMORY,
  openDatabase,
  urlOf,
} from "./database.ts";
import { toStoreError } from "./errors.ts";
import type { Call, Outcome } from "./operations.ts";
import type { Answer } from "./protocol.ts";
import { openToRead } from "./read_only.ts";

/** It takes long to look at a whole file; after this it may be done again. */
const LOOK_AGAIN_MS = 60_000;

/** Options of a {@linkcode RenewingCore}. */
export interface RenewingOptions extends DatabaseOptions {
  /** Whether a damaged file is kept aside, and another one begun. */
  renews?: boolean;
  /** Whether the file is opened as it is, and not changed. */
  isReadOnly?: boolean;
}

/**
 * A core over a file that is replaced by a new one when it turns out to be
 * damaged; the damaged one is kept under another name.
 */
export class RenewingCore {
  readonly #path: string;
  readonly #options: RenewingOptions;
  readonly #url: string;
  #core: SqliteCore | undefined;
  #lookedAt = -Infinity;
  /** What has not been told yet. */
  #notice: string | undefined;

  /**
   * Opens the file.
   *
   * @param path of the file, or `:memory:`
   * @throws {import("../store.ts").StoreError} saying what is wrong with it
   */
  constructor(path: string, options: RenewingOptions = {}) {
    this.#path = path;
    this.#options = options;
    this.#url = urlOf(path);
    try {
      this.#core = this.#open();
    } catch (error) {
      if (!isDamage((error as Error).message)) throw error;
      if (!this.#renew()) {
        throw this.#notice === undefined ? error : new StoreError(this.#notice);
      }
      this.#core = this.#open();
    }
  }

  /** See {@linkcode SqliteCore.run}; what was met with damage is done again. */
  run(calls: readonly Call[]): Answer {
    const outcomes = this.#run(calls);
    const isDamaged = outcomes.some((outcome) =>
      "failure" in outcome && isDamage(outcome.failure)
    );
    const isReplaced = isDamaged && this.#renew();
    return this.answer(isReplaced ? this.#run(calls) : outcomes);
  }

  /** Outcomes, with what is to be told besides. */
  answer(outcomes: Outcome[]): Answer {
    const notice = this.#notice;
    this.#notice = undefined;
    return { outcomes, notice };
  }

  /**
   * See {@linkcode SqliteCore.close}.
   *
   * @throws {import("../store.ts").StoreError}
   */
  close(): void {
    this.#core?.close();
  }

  #open(): SqliteCore {
    const database = this.#options.isReadOnly
      ? openToRead(resolve(this.#path))
      : openDatabase(this.#path, this.#options);
    try {
      return new SqliteCore(database, this.#url);
    } catch (error) {
      database.close();
      throw toStoreError(this.#url, error);
    }
  }

  #run(calls: readonly Call[]): Outcome[] {
    try {
      this.#core ??= this.#open();
    } catch (error) {
      const failure = (error as Error).message;
      return calls.map(() => ({ failure }));
    }
    return this.#core.run(calls);
  }

  /** Keeps a damaged file aside. False when it stays in its place. */
  #renew(): boolean {
    const mayLook = this.#options.renews === true && this.#path !== IN_MEMORY &&
      performance.now() - this.#lookedAt >= LOOK_AGAIN_MS;
    if (!mayLook) return false;
    this.#lookedAt = performance.now();
    this.#letGo();
    try {
      const kept = keepAside(resolve(this.#path));
      if (!kept) return false;
      this.#notice = `${this.#url}: the file is damaged (${kept.finding}); ` +
        `it is kept as ${kept.path}, and a new one was begun, which has ` +
        "nothing of it: restore a copy, or learn anew";
      return true;
    } catch (error) {
      this.#notice = "a file that seems to be damaged stays in its place: " +
        toStoreError(this.#url, error).message;
      return false;
    }
  }

  /** It is opened again by the next call. */
  #letGo(): void {
    try {
      this.#core?.close();
    } catch {
      // What could not be moved into the file stays beside it.
    }
    this.#core = undefined;
  }
}
