/**
 * Whether scores are right: what the models that they name make of the scans.
 *
 * @module
 */

import {
  decodeRnm,
  featuresOf,
  type Model,
  openModel,
  parseScan,
} from "../../../mod.ts";

/** How much two outputs may differ that are the same. */
const TOLERANCE = 1e-6;
/** How often it is asked for a model that could not be had. */
const RETRY_MS = 300;

/** One of the results of a score, as far as it is looked at. */
export interface Given {
  version: number;
  output: number;
}

/** Outputs that a version has given, the first for each scan. */
type Outputs = Map<number, number>;

/** Compares what is answered with what models say that were exported. */
export class Judge {
  /** Versions that were compared with the model as it was exported. */
  readonly confirmed = new Set<number>();
  /** What was found to be wrong, as long as it is not much. */
  readonly findings: string[] = [];
  /** The newest version that has answered. */
  newest = 0;
  readonly #port: number;
  readonly #scans: readonly unknown[];
  readonly #given = new Map<number, Outputs>();
  readonly #models = new Map<number, Model>();
  #isEnded = false;

  /** @param scans each is known by its position */
  constructor(port: number, scans: readonly unknown[]) {
    this.#port = port;
    this.#scans = scans;
  }

  /** Versions that could not be had to compare with. */
  get unconfirmed(): number[] {
    return [...this.#given.keys()]
      .filter((version) => !this.confirmed.has(version));
  }

  /**
   * Whether an answer may be right: what is not known yet turns out later.
   *
   * @param least the version that had answered when it was asked
   */
  isRight(scan: number, given: Given | undefined, least: number): boolean {
    if (given === undefined) {
      return least === 0 || this.#find(`no result, ${least} has answered`);
    }
    const { version, output } = given;
    if (version < least) return this.#find(`${version} after ${least}`);
    this.newest = Math.max(this.newest, version);
    let outputs = this.#given.get(version);
    if (!outputs) {
      this.#given.set(version, outputs = new Map());
      this.#fetch(version);
    }
    const first = outputs.get(scan);
    if (first === undefined) {
      outputs.set(scan, output);
      const model = this.#models.get(version);
      return !model || this.#compare(model, scan, output);
    }
    return Math.abs(first - output) <= TOLERANCE ||
      this.#find(`${version} gives ${first} and ${output} for ${scan}`);
  }

  /** Asks for no more models. */
  end(): void {
    this.#isEnded = true;
  }

  async #fetch(version: number): Promise<void> {
    while (!this.#isEnded) {
      const model = await this.#export(version);
      if (model) {
        this.#models.set(version, model);
        for (const [scan, output] of this.#given.get(version)!) {
          this.#compare(model, scan, output);
        }
        this.confirmed.add(version);
        // A few answers by it may still come.
        for (const old of this.#models.keys()) {
          if (old < version - 5) this.#models.delete(old);
        }
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  async #export(version: number): Promise<Model | undefined> {
    try {
      const response = await fetch(
        `http://127.0.0.1:${this.#port}/v1/models/default:default:${version}/export`,
        { signal: AbortSignal.timeout(5000) },
      );
      const bytes = new Uint8Array(await response.arrayBuffer());
      return response.ok ? openModel(decodeRnm(bytes)) : undefined;
    } catch {
      return undefined;
    }
  }

  #compare(model: Model, scan: number, output: number): boolean {
    const { layout, predictor } = model;
    const features = featuresOf(
      parseScan(this.#scans[scan]),
      layout.version,
      new Set(),
    );
    const expected = predictor.output(layout.vectorOf(features));
    return Math.abs(expected - output) <= TOLERANCE ||
      this.#find(`${output} for ${scan}, where its model gives ${expected}`);
  }

  #find(finding: string): false {
    if (this.findings.length < 10) this.findings.push(finding);
    return false;
  }
}
