import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import { Host } from "../daemon/host.ts";
import {
  MOST_VECTORS,
  type MutatedRequest,
  mutatedRequest,
  NDJSON,
} from "./mutated_body.ts";

const RUNS = 10_000;
/** Memory is compared from here on; before, there is much to compile. */
const WARM_RUNS = 3_000;
const MAX_SETTINGS = 20;
const MAX_GROWTH_BYTES = 96 * 2 ** 20;
/**
 * What is lost with each worker, and so with each training that vectors begin:
 * Deno does not let go of its sources (denoland/deno#26058).
 */
const LOST_WITH_WORKER_BYTES = 2 ** 20;

/** The answers in a response: one, or one for each line. */
async function answersOf(
  response: Response,
): Promise<Record<string, unknown>[]> {
  const text = await response.text();
  const lines = response.headers.get("content-type") === NDJSON
    ? text.split("\n").slice(0, -1)
    : [text];
  return lines.map((line) => JSON.parse(line));
}

/** The lines of a body that are answered. */
function countLines({ body }: MutatedRequest): number {
  return new TextDecoder().decode(body).split("\n")
    .filter((line) => line.trim() !== "").length;
}

/** How many samples the answers say are new. */
function countAdded(answers: Record<string, unknown>[]): number {
  return answers.flatMap(({ results }) => results as { outcome?: string }[])
    .filter((result) => result?.outcome === "added").length;
}

Deno.test(`${RUNS} strange bodies are answered, and teach nothing wrong`, async () => {
  await using host = await Host.start(
    `watch_interval = 1h;
     allowed_settings = all;
     profile { default = [BAYES_SPAM, BAYES_HAM]; }
     neurald { max_settings = ${MAX_SETTINGS}; }`,
  );
  using database = new DatabaseSync(host.path, { readOnly: true });
  const total = database.prepare("SELECT total(samples) AS n FROM pools");
  const countKept = () => total.get()!.n as number;
  let runs = 0;
  let refused = 0;
  let warm = 0;
  const property = fc.asyncProperty(mutatedRequest, async (request) => {
    if (++runs === WARM_RUNS) warm = Deno.memoryUsage().rss;
    const before = countKept();
    const response = await fetch(host.url + request.path, {
      method: "POST",
      body: request.body,
      headers: { "content-type": request.type },
      signal: AbortSignal.timeout(5000),
    });
    const answers = await answersOf(response);
    const learned = countKept() - before;
    if (!response.ok) {
      refused++;
      assert([400, 404, 413].includes(response.status), `${response.status}`);
      assertEquals(Object.keys(answers[0]), ["error"]);
      assertEquals(learned, 0);
    } else if (request.path.startsWith("/plugins")) {
      assert(learned <= MOST_VECTORS, `${learned}`);
    } else {
      const lines = request.type === NDJSON ? countLines(request) : 1;
      assertEquals(answers.length, lines);
      assertEquals(learned, countAdded(answers));
    }
    for (const { error, status } of answers) {
      assert(error === undefined || typeof error === "string");
      assert(status === undefined || status === 400 || status === 404);
      assert(!String(error).includes("mistake"));
    }
  });
  await fc.assert(property, { numRuns: RUNS, seed: 1, endOnFailure: true });
  const grown = Deno.memoryUsage().rss - warm;
  const trainings = database.prepare("SELECT max(id) AS n FROM trainings")
    .get()!.n as number;
  const allowed = MAX_GROWTH_BYTES + trainings * LOST_WITH_WORKER_BYTES;
  assert(grown < allowed, `${grown} bytes more, ${trainings} trainings`);
  assert(refused > RUNS / 10 && refused < RUNS, `${refused} refused`);
  assert(countKept() > 50, `${countKept()} learned`);

  assertEquals(host.logged("error"), []);
  const { rules } = await host.status();
  const others = rules.default.networks
    .filter(({ settings }) => settings !== "default");
  assert(others.length <= MAX_SETTINGS);
  assertEquals((await host.ask("/readyz")).status, 200);
});
