/**
 * How long requests take, by route and status.
 *
 * @module
 */

import { Counter } from "../metrics/counter.ts";
import type { Family } from "../metrics/family.ts";
import { Histogram } from "../metrics/histogram.ts";
import type { AnsweredRequest } from "./followed_request.ts";

/** Stands for all paths that are no routes. */
const NO_ROUTE = "none";

const BOUNDS_SECONDS = [
  ...[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5],
  ...[1, 2.5, 10],
];

/** Why a token lets nobody in. */
const TOKEN_FAILURES = ["missing", "wrong", "throttled"] as const;

/** One of {@linkcode TOKEN_FAILURES}. */
export type TokenFailure = typeof TOKEN_FAILURES[number];

/** Measures requests. It is part of each, so it takes some 100 ns only. */
export class RequestFigures {
  /** By route, then by status. */
  readonly #durations = new Map<string, Map<number, Histogram>>();
  readonly #tokens = new Counter(
    "neurald_token_failures_total",
    "Requests without a right token: none, a wrong one, or too many wrong ones.",
    ["reason"],
  );

  /** Nothing was measured so far. */
  constructor() {
    for (const reason of TOKEN_FAILURES) this.#tokens.add({ reason }, 0);
  }

  /** Notes a request. */
  observe(
    { route = NO_ROUTE, status, durationMs }: Pick<
      AnsweredRequest,
      "route" | "status" | "durationMs"
    >,
  ): void {
    let byStatus = this.#durations.get(route);
    if (!byStatus) this.#durations.set(route, byStatus = new Map());
    let histogram = byStatus.get(status);
    if (!histogram) {
      histogram = new Histogram(BOUNDS_SECONDS);
      byStatus.set(status, histogram);
    }
    histogram.observe(durationMs / 1000);
  }

  /** Notes that a token let nobody in. */
  noteToken(reason: TokenFailure): void {
    this.#tokens.add({ reason });
  }

  /** What was measured so far. */
  families(): Family[] {
    const samples = [...this.#durations].flatMap(([route, byStatus]) =>
      [...byStatus].flatMap(([status, histogram]) =>
        histogram.samples({ route, status: String(status) })
      )
    );
    return [
      {
        name: "neurald_http_request_duration_seconds",
        help: "From when a request's headers had come until it was answered.",
        type: "histogram",
        samples,
      },
      this.#tokens.family(),
    ];
  }
}
