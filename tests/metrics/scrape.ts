/**
 * Reads Prometheus' text format, and believes nothing that it does not allow.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";

/** A number with what tells it apart. */
export interface ScrapedSample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** A family as it was scraped. */
export interface ScrapedFamily {
  name: string;
  help: string;
  type: string;
  samples: ScrapedSample[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const HELP = new RegExp(`^# HELP (${NAME}) (\\S.*)$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"(?:,|$)/y;

const ESCAPED: Record<string, string> = {
  "\\\\": "\\",
  '\\"': '"',
  "\\n": "\n",
};

/** What was scraped. */
export class Scrape {
  readonly families = new Map<string, ScrapedFamily>();

  /**
   * Reads a text.
   *
   * @throws {Error} when Prometheus would not take it
   */
  constructor(text: string) {
    assert(text.endsWith("\n"), "the last line has no end");
    let family: ScrapedFamily | undefined;
    for (const line of text.split("\n")) {
      if (line === "") continue;
      const help = HELP.exec(line);
      const type = TYPE.exec(line);
      if (help) {
        const [, name, about] = help;
        assert(!this.families.has(name), `${name} is there twice`);
        family = { name, help: about, type: "", samples: [] };
        this.families.set(name, family);
      } else if (type) {
        assertEquals(type[1], family?.name, line);
        family!.type = type[2];
      } else {
        assert(family?.type, `${line}: of no family`);
        family.samples.push(readSample(line, family));
      }
    }
    for (const family of this.families.values()) check(family);
  }

  /** All samples of all families. */
  get samples(): ScrapedSample[] {
    return [...this.families.values()].flatMap(({ samples }) => samples);
  }

  /** The sum of what a name has by some labels; fails where there is none. */
  value(name: string, labels: Record<string, string> = {}): number {
    const found = this.find(name, labels);
    assert(found.length > 0, `no ${name} ${JSON.stringify(labels)}`);
    return found.reduce((sum, { value }) => sum + value, 0);
  }

  /** What a name has by some labels. */
  find(name: string, labels: Record<string, string> = {}): ScrapedSample[] {
    return this.samples.filter((sample) =>
      sample.name === name &&
      Object.entries(labels)
        .every(([label, value]) => sample.labels[label] === value)
    );
  }
}

function readSample(line: string, family: ScrapedFamily): ScrapedSample {
  const match = SAMPLE.exec(line);
  assert(match, `${line}: no sample`);
  const [, name, labels = "", value] = match;
  const suffixes = family.type === "histogram"
    ? ["_bucket", "_sum", "_count"]
    : [""];
  assert(suffixes.some((suffix) => name === family.name + suffix), line);
  return { name, labels: readLabels(labels), value: readNumber(value) };
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const match = LABEL.exec(text);
    assert(match, `${text}: no labels`);
    const [, name, value] = match;
    assert(!(name in labels), `${text}: a label twice`);
    labels[name] = value.replaceAll(/\\./g, (escaped) => ESCAPED[escaped]);
  }
  return labels;
}

function readNumber(text: string): number {
  if (text === "+Inf") return Infinity;
  assert(text === "NaN" || !Number.isNaN(Number(text)), text);
  return Number(text);
}

/** What holds for every family of its type. */
function check({ name, type, samples }: ScrapedFamily): void {
  assert(type !== "", `${name} has no type`);
  const seen = samples.map(({ name, labels }) =>
    JSON.stringify([name, Object.entries(labels).sort()])
  );
  assertEquals(new Set(seen).size, seen.length, `${name}: a series twice`);
  if (type === "counter") {
    assert(name.endsWith("_total"), `${name} is a counter`);
    assert(samples.every(({ value }) => value >= 0), name);
  }
  if (type !== "histogram") return;
  let before = 0;
  for (const { name: part, labels, value } of samples) {
    if (!part.endsWith("_bucket")) continue;
    assert(value >= before, `${name}: a bucket has less than the one before`);
    before = labels.le === "+Inf" ? 0 : value;
    if (labels.le !== "+Inf") continue;
    const { le: _, ...rest } = labels;
    const count = samples.find((other) =>
      other.name === `${name}_count` &&
      JSON.stringify(other.labels) === JSON.stringify(rest)
    );
    assertEquals(count?.value, value, `${name}_count`);
  }
}

/** Asks a daemon. */
export async function scrape(
  { url }: { url: string },
  headers: Record<string, string> = {},
): Promise<Scrape> {
  const response = await fetch(`${url}/metrics`, { headers });
  const text = await response.text();
  assertEquals(response.status, 200, text);
  return new Scrape(text);
}
