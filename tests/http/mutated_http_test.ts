import { assert, assertEquals } from "@std/assert";
import { inFolder } from "../cli/neurald.ts";
import { DaemonProcess } from "../daemon/process.ts";
import { residentBytes } from "../daemon/resident.ts";
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
const WARM_UP_RUNS = 10_000;
const MAX_GROWTH_BYTES = 100 * 2 ** 20;

Deno.test(`${RUNS} requests of damaged bytes do no harm`, () =>
  inFolder(async (folder) => {
    const config = `${folder}/neurald.conf`;
    await Deno.writeTextFile(
      config,
      "watch_interval = 1h; train { max_trains = 1000000; }",
    );
    await using daemon = await DaemonProcess.start({
      store: `${folder}/store.sqlite`,
      config,
    });
    const port = Number(new URL(daemon.url).port);
    await bombard(port, WARM_UP_RUNS);
    const before = residentBytes(daemon.pid);
    const { statuses, seconds } = await bombard(port, RUNS);
    const grown = residentBytes(daemon.pid) - before;
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
    assertEquals(daemon.complaints, []);
    const scored = await daemon.post("/v1/score", mail("spam", 1));
    assertEquals(scored.status, 200, await scored.text());
    await daemon.ask("/readyz");
  }));
