/**
 * What figures cost: counting, which is part of every request, and wording
 * them, when Prometheus asks.
 *
 * @module
 */

import { LearnCounts } from "../lib/engine/metrics/learn_counts.ts";
import { ScoreCounts } from "../lib/engine/metrics/score_counts.ts";
import { RequestFigures } from "../lib/http/request_figures.ts";
import { textOf } from "../lib/metrics/exposition.ts";
import { figure, median, printFigures } from "./report.ts";

const ROUNDS = 25;
const TIMES = 100_000;
const MOST_COUNTING_NS = 1000;
const MOST_WORDING_MS = 100;

/** Nanoseconds that something takes: the median of some rounds. */
function nanoseconds(work: (i: number) => void): number {
  return median(Array.from({ length: ROUNDS }, () => {
    const begin = performance.now();
    for (let i = 0; i < TIMES; i++) work(i);
    return 1e6 * (performance.now() - begin) / TIMES;
  }));
}

const scores = new ScoreCounts();
const learns = new LearnCounts();
const requests = new RequestFigures();

const counting = {
  "counting a score": nanoseconds((i) =>
    scores.add("default", "default", i % 2 ? "spam" : "ham")
  ),
  "measuring a request": nanoseconds(() => {
    const begin = performance.now();
    const durationMs = performance.now() - begin;
    requests.observe({ route: "/v1/score", status: 200, durationMs });
  }),
  "counting a learn": nanoseconds((i) =>
    learns.add("default", {
      learned: true,
      class: i % 2 ? "spam" : "ham",
      outcome: "added",
    })
  ),
};

// As many as there may be.
for (let rule = 0; rule < 100; rule++) {
  for (let settings = 0; settings < 100; settings++) {
    scores.add(`rule ${rule}`, `settings ${settings}`, "spam");
  }
}
for (let route = 0; route < 25; route++) {
  for (let status = 0; status < 10; status++) {
    requests.observe({
      route: `/route/${route}`,
      status: 200 + status,
      durationMs: 10,
    });
  }
}

const durations: number[] = [];
let series = 0;
for (let round = 0; round < ROUNDS; round++) {
  const begin = performance.now();
  const text = await textOf([...scores.families(), ...requests.families()]);
  durations.push(performance.now() - begin);
  series = text.split("\n").filter((line) => /^[a-z]/.test(line)).length;
}

printFigures("figures for Prometheus", [
  ...Object.entries(counting).map(([name, ns]) =>
    figure(
      name,
      `${Math.round(ns)} ns`,
      `at most ${MOST_COUNTING_NS} ns`,
      ns <= MOST_COUNTING_NS,
    )
  ),
  figure(
    `wording ${series} series`,
    `${median(durations).toFixed(1)} ms`,
    `at most ${MOST_WORDING_MS} ms`,
    median(durations) <= MOST_WORDING_MS,
  ),
]);
