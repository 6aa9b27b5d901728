// deno-lint-ignore-file no-console
/**
 * `neurald demo --exit` with 20 seeds: how good is every single one?
 *
 * @module
 */

import { figure, printFigures } from "./report.ts";

const SEEDS = 20;
const LEAST_AUC = 0.99;
const MOST_ERROR = 0.035;

interface DemoFigures {
  auc: number;
  error: number;
  fpr: number;
  fnr: number;
  tpr_at_fpr: Record<string, number>;
}

async function demo(seed: number): Promise<DemoFigures> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "main.ts",
      "demo",
      "--exit",
      "--json",
      "--seed",
      `${seed}`,
    ],
    cwd: new URL("../", import.meta.url),
  }).output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(
    new TextDecoder().decode(stdout).trim().split("\n").at(-1)!,
  );
}

const percent = (rate: number) => `${(100 * rate).toFixed(2)} %`;
const results: DemoFigures[] = [];
console.log("seed  AUC     error   false +  false −  caught at 0.5 %");
for (let seed = 1; seed <= SEEDS; seed++) {
  const figures = await demo(seed);
  results.push(figures);
  console.log([
    String(seed).padStart(4),
    figures.auc.toFixed(4),
    percent(figures.error),
    percent(figures.fpr).padStart(7),
    percent(figures.fnr).padStart(7),
    percent(figures.tpr_at_fpr["0.005"]).padStart(9),
  ].join("  "));
}
const worstAuc = Math.min(...results.map(({ auc }) => auc));
const worstError = Math.max(...results.map(({ error }) => error));
printFigures(`The worst of ${SEEDS} seeds`, [
  figure("AUC", worstAuc.toFixed(4), `≥ ${LEAST_AUC}`, worstAuc >= LEAST_AUC),
  figure(
    "error",
    percent(worstError),
    `≤ ${percent(MOST_ERROR)}`,
    worstError <= MOST_ERROR,
  ),
]);
