/**
 * Who is evaluated: a model file, or a server.
 *
 * @module
 */

import type { Score } from "../../engine/scorer.ts";
import type { LabelledHeader } from "../../features/labelled.ts";
import { type Contribution, contributionsTo } from "../../model/explain.ts";
import type { Client, ClientFlags } from "../client.ts";
import type { PlacedScan } from "../labelled_file.ts";
import { ModelFile, vectorFor } from "../model_file.ts";
import { UsageError } from "../usage_error.ts";

/** Gives its opinion of scans. */
export interface Judge {
  /** What it is called in reports. */
  readonly name: string;
  /** Takes what a header says of the scans after it. */
  describe(header: LabelledHeader): void;
  /**
   * An output for each scan; nothing where it has no opinion.
   *
   * @throws {UsageError} when it cannot judge one
   */
  judge(scans: readonly PlacedScan[]): Promise<(number | undefined)[]>;
  /** What moved its output most, the strongest first, if it can tell. */
  explain(scan: PlacedScan, most: number): Promise<Contribution[] | undefined>;
}

/** The flags that say who is evaluated. */
export interface JudgeFlags extends ClientFlags {
  model: string[];
  profile?: string;
  rule?: string;
}

/**
 * Checks that flags name one judge, or two.
 *
 * @throws {UsageError} when they do not
 */
export function checkJudgeFlags(
  { model, server, profile, ...others }: JudgeFlags,
): void {
  if (model.length === 0 && server === undefined) {
    throw new UsageError("--model FILE is needed, or --server URL");
  }
  if (model.length + (server === undefined ? 0 : 1) > 2) {
    throw new UsageError(
      "two can be compared: --model twice, or with --server",
    );
  }
  if (profile !== undefined && model.length === 0) {
    throw new UsageError("--profile describes a --model");
  }
  const ofServer = (["rule", "token-file", "ca"] as const)
    .find((name) => others[name] !== undefined);
  if (ofServer !== undefined && server === undefined) {
    throw new UsageError(`--${ofServer} is about a --server`);
  }
}

/**
 * The judges that flags name.
 *
 * @param client of the server, if they name one
 * @throws {UsageError} when one is no use
 */
export async function openJudges(
  { model, server, profile, rule }: JudgeFlags,
  client: Client | undefined,
): Promise<Judge[]> {
  const judges: Judge[] = await Promise.all(
    model.map(async (path) =>
      new ModelJudge(path, await ModelFile.read(path, profile))
    ),
  );
  if (server !== undefined && client) {
    judges.push(new ServerJudge(server, client, rule));
  }
  return judges;
}

/** Weights that are too great give no number, which JSON writes as null. */
function checked(output: number, name: string, place: string): number {
  if (Number.isFinite(output)) return output;
  throw new UsageError(`${place}: ${name} answers with no number`);
}

class ModelJudge implements Judge {
  readonly name: string;
  readonly #file: ModelFile;

  constructor(path: string, file: ModelFile) {
    this.name = path;
    this.#file = file;
  }

  describe(header: LabelledHeader): void {
    this.#file.describe(header);
  }

  judge(scans: readonly PlacedScan[]): Promise<number[]> {
    const { model } = this.#file;
    return Promise.resolve(scans.map(({ scan, place }) => {
      const output = model.predictor.output(vectorFor(model, scan, place));
      return checked(output, this.name, place);
    }));
  }

  explain(
    { scan, place }: PlacedScan,
    most: number,
  ): Promise<Contribution[] | undefined> {
    const { model } = this.#file;
    const vector = vectorFor(model, scan, place);
    return Promise.resolve(contributionsTo(model, vector, most));
  }
}

/** What a server answers to one scan of many. */
type ScoredLine = { results: Score[] } | { error: string };

class ServerJudge implements Judge {
  readonly name: string;
  readonly #client: Client;
  readonly #rule: string | undefined;

  constructor(server: string, client: Client, rule?: string) {
    this.name = server;
    this.#client = client;
    this.#rule = rule;
  }

  describe(): void {}

  async judge(
    scans: readonly PlacedScan[],
  ): Promise<(number | undefined)[]> {
    const scores = await this.#ask(scans, 0);
    return scores.map((score, i) =>
      score && checked(score.output, this.name, scans[i].place)
    );
  }

  async explain(
    scan: PlacedScan,
    most: number,
  ): Promise<Contribution[] | undefined> {
    const [score] = await this.#ask([scan], most);
    return score?.contributions;
  }

  async #ask(
    scans: readonly PlacedScan[],
    explain: number,
  ): Promise<(Score | undefined)[]> {
    const query = new URLSearchParams({ explain: String(explain) });
    if (this.#rule !== undefined) query.set("rule", this.#rule);
    const lines = scans.map(({ line }) => line);
    const answers = await this.#client.sendLines<ScoredLine>(
      `/v1/score?${query}`,
      lines,
    );
    return scans.map(({ place }, i) => this.#only(answers[i], place));
  }

  #only(answer: ScoredLine | undefined, place: string): Score | undefined {
    if (!answer) throw new UsageError(`${place}: ${this.name} does not answer`);
    if ("error" in answer) {
      throw new UsageError(`${place}: ${this.name}: ${answer.error}`);
    }
    const { results } = answer;
    if (results.length <= 1) return results[0];
    const rules = results.map(({ rule }) => rule).join(" or ");
    throw new UsageError(`several rules answer: --rule ${rules} is needed`);
  }
}
