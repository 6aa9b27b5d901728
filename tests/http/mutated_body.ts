/**
 * Bodies of requests that are right, but for a few changes.
 *
 * @module
 */

import fc from "fast-check";

/** A request to send. */
export interface MutatedRequest {
  path: string;
  type: string;
  body: Uint8Array<ArrayBuffer>;
}

/** Content type of lines. */
export const NDJSON = "application/x-ndjson";
/** How many vectors a request has at most. */
export const MOST_VECTORS = 3;

const JSON_TYPE = "application/json";

const SCANS = [
  { symbols: { BAYES_SPAM: [3.2, 5.1], R_SPF_ALLOW: [-0.2, null] }, score: 7 },
  {
    symbols: {
      BAYES_HAM: {
        name: "BAYES_HAM",
        score: -3,
        metric_score: -4,
        options: [],
      },
    },
    score: -4.5,
    required_score: 15,
    action: "no action",
    metatokens: { size: 0.375, nurls: 0.1 },
    settings_id: "out",
    user: "alice",
    ip: "10.0.0.7",
  },
  {
    symbols: ["BAYES_SPAM", { name: "URIBL_BLACK", score: 7.5 }],
    class: "spam",
    rule: "default",
    metatokens: new Array(46).fill(0.5),
  },
  { symbols: { A: 1, B: 0, C: -1 }, class: "ham", metatokens: [] },
];

const VECTORS = {
  spam_vec: [new Array(48).fill(0.5), new Array(48).fill(1)],
  ham_vec: [new Array(28).fill(0)],
  rule: "default",
};

/** Right requests; those of several things have one in each line. */
const TARGETS: { path: string; type: string; things: unknown[] }[] = [
  ...SCANS.flatMap((scan) => [
    { path: "/v1/score?explain=3", type: JSON_TYPE, things: [scan] },
    { path: "/v1/learn", type: JSON_TYPE, things: [scan] },
  ]),
  { path: "/v1/score", type: NDJSON, things: SCANS },
  { path: "/v1/learn", type: NDJSON, things: SCANS },
  { path: "/v1/learn?rule=default", type: NDJSON, things: SCANS },
  { path: "/plugins/neural/learn", type: JSON_TYPE, things: [VECTORS] },
];

/** What a part of a body may turn into. */
const STRANGE: unknown[] = [
  null,
  true,
  0,
  -0,
  -1,
  1e308,
  5e-324,
  2 ** 53,
  "",
  "x",
  "spam",
  "\u0000",
  "\ud800",
  "x".repeat(300),
  "a\nb",
  [],
  [[]],
  [null],
  {},
  { "": 0 },
  { __proto__: null, constructor: 1 },
  JSON.parse('{"__proto__":{"symbols":[1]}}'),
];

/** A change of a part of a thing: by which it is replaced, or nothing. */
const partChange = fc.record({
  at: fc.nat(),
  by: fc.oneof(
    fc.constantFrom(...STRANGE),
    fc.jsonValue({ maxDepth: 2 }),
    fc.constant(undefined),
  ),
});

/** A change of the text: what is replaced, and by what. */
const textChange = fc.record({
  at: fc.nat(),
  length: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(200)),
  by: fc.oneof(
    fc.constantFrom("1e999", "NaN", "[".repeat(500), "\n", "\r\n", "\n\n", '"'),
    fc.string({ maxLength: 3 }),
    fc.constant(""),
  ),
});

const byteChange = fc.record({ at: fc.nat(), by: fc.nat(255) });

/** Requests, most of which are wrong somewhere. */
export const mutatedRequest: fc.Arbitrary<MutatedRequest> = fc.tuple(
  fc.constantFrom(...TARGETS),
  fc.array(partChange, { maxLength: 3 }),
  fc.array(textChange, { maxLength: 1 }),
  fc.array(byteChange, { maxLength: 1 }),
).map(([{ path, type, things }, parts, texts, bytes]) => {
  const changed = parts.reduce(changePart, structuredClone(things));
  let text = changed.map((thing) => JSON.stringify(thing)).join("\n");
  for (const { at, length, by } of texts) {
    const start = at % (text.length + 1);
    text = text.slice(0, start) + by + text.slice(start + length);
  }
  const body = new TextEncoder().encode(text);
  for (const { at, by } of bytes) if (at % 4 === 0) body[at % body.length] = by;
  return { path, type, body };
});

/** Changes one of all parts, the things themselves among them. */
function changePart(
  things: unknown[],
  { at, by }: { at: number; by?: unknown },
): unknown[] {
  const places: { holder: Record<string, unknown>; key: string }[] = [];
  const visit = (holder: unknown) => {
    if (typeof holder !== "object" || holder === null) return;
    for (const key of Object.keys(holder)) {
      places.push({ holder: holder as Record<string, unknown>, key });
      visit((holder as Record<string, unknown>)[key]);
    }
  };
  visit(things);
  const { holder, key } = places[at % places.length];
  if (by === undefined && !Array.isArray(holder)) delete holder[key];
  else holder[key] = structuredClone(by) ?? null;
  return things;
}
