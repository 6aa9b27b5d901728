// deno-lint-ignore-file no-console
/**
 * What a measurement prints.
 *
 * @module
 */

/** A figure, and what it should be. */
export interface Figure {
  name: string;
  value: string;
  /** What the value should be; one without is there to be compared with. */
  target?: string;
  reached: boolean;
}

/** Prints figures in columns; the exit code tells whether all are reached. */
export function printFigures(title: string, figures: Figure[]): void {
  console.log(`\n${title}`);
  const width = (key: "name" | "value" | "target") =>
    Math.max(...figures.map((figure) => figure[key]?.length ?? 0));
  for (const { name, value, target, reached } of figures) {
    const verdict = target === undefined ? "" : reached ? "reached" : "MISSED";
    console.log(
      `  ${name.padEnd(width("name"))}  ${value.padStart(width("value"))}  ${
        (target ?? "").padEnd(width("target"))
      }  ${verdict}`.trimEnd(),
    );
    if (!reached) Deno.exitCode = 1;
  }
}

/** A figure; one without a target is there to be compared with. */
export function figure(
  name: string,
  value: string,
  target?: string,
  reached = true,
): Figure {
  return { name, value, target, reached };
}

/** The middle one; of an even number, the upper of the two. */
export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
