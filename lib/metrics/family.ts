/**
 * Families of metrics, as Prometheus knows them.
 *
 * @module
 */

/** What tells the samples of a family apart. */
export type Labels = Readonly<Record<string, string>>;

/** One number of a family. */
export interface Sample {
  /** What follows the family's name, as in histograms. */
  suffix?: "_bucket" | "_sum" | "_count";
  labels?: Labels;
  value: number;
}

/** Samples of one name. */
export interface Family {
  name: string;
  /** What the samples are, in one sentence. */
  help: string;
  type: "counter" | "gauge" | "histogram";
  samples: readonly Sample[];
}

/** A family of what may go up and down. */
export function gauge(
  name: string,
  help: string,
  samples: readonly Sample[] | number,
): Family {
  return { name, help, type: "gauge", samples: listOf(samples) };
}

/** A family of what only goes up, until the process starts anew. */
export function counter(
  name: string,
  help: string,
  samples: readonly Sample[] | number,
): Family {
  return { name, help, type: "counter", samples: listOf(samples) };
}

function listOf(samples: readonly Sample[] | number): readonly Sample[] {
  return typeof samples === "number" ? [{ value: samples }] : samples;
}
