import { assert, assertEquals } from "@std/assert";
import { Host } from "../daemon/host.ts";
import { mail } from "../engine/mail.ts";
import { bombard } from "./mutated_http.ts";

/** So many are sent by hand: NEURALD_MUTATIONS=1000000. */
const RUNS = Number(Deno.env.get("NEURALD_MUTATIONS") ?? 20_000);
// 403 and 421: another site, or a name that is not this host's.
const ALLOWED = [
  0,
  100,
  200,
  400,
  403,
  404,
  405,
  408,
  411,
  413,
  414,
  415,
  417,
  421,
  431,
];
const MAX_GROWTH_BYTES = 160 * 2 ** 20;

Deno.test(`${RUNS} requests of damaged bytes do no harm`, async () => {
  await using host = await Host.start(
    "watch_interval = 1h; train { max_trains = 1000000; }",
  );
  const port = Number(new URL(host.url).port);
  await bombard(port, 2000);
  const before = Deno.memoryUsage().rss;
  const { statuses, seconds } = await bombard(port, RUNS);
  const grown = Deno.memoryUsage().rss - before;
  if (Deno.env.has("NEURALD_MUTATIONS")) {
    // deno-lint-ignore no-console
    console.log({ statuses, perSecond: Math.round(RUNS / seconds), grown });
  }
  for (const status of Object.keys(statuses)) {
    assert(ALLOWED.includes(Number(status)), JSON.stringify(statuses));
  }
  // Else it has not tested what it is there for.
  assert(statuses[200] > RUNS / 10 && statuses[400] > RUNS / 10);
  assert(grown < MAX_GROWTH_BYTES, `${grown} bytes more`);
  assertEquals(host.logged("error"), []);
  assertEquals((await host.post("/v1/score", mail("spam", 1))).status, 200);
  assertEquals((await host.ask("/readyz")).status, 200);
});
