import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openModel } from "../../lib/model/model.ts";
import { fromFields } from "../../lib/model/stored_model.ts";
import { Random } from "../../lib/nn/random.ts";
import type { ModelFields } from "../../lib/store/store.ts";
import { inFolder } from "../cli/neurald.ts";
import { mail } from "../engine/mail.ts";
import { BUSY, Load, numbersIn } from "./load.ts";
import { DaemonProcess } from "./process.ts";
import { pause } from "./until.ts";

/** Stores that are worked on at the same time, and how often each is killed. */
const LANES = 2;
const KILLS = Math.ceil(Number(Deno.env.get("NEURALD_KILLS") ?? 100) / LANES);
/** Longest time under load. */
const MOST_LOAD_MS = 1200;
/** Share of the kills that come while it starts, and how long that takes. */
const AT_START = 0.2;
const START_MS = 150;

/** Opens every model in a store, and returns their versions. */
function checkModels(database: DatabaseSync): number[] {
  const fields = database.prepare(
    "SELECT name, bytes FROM model_fields WHERE profile = ?",
  );
  const profiles = database.prepare("SELECT id, record FROM profiles").all();
  return profiles.map(({ id, record }) => {
    const parts: ModelFields = Object.fromEntries(
      fields.all(id as number).map(({ name, bytes }) => [name, bytes]),
    );
    const profile = JSON.parse(record as string);
    const { layout, predictor } = openModel(fromFields(parts, profile, 3));
    const output = predictor.output({
      length: layout.length,
      indices: Uint32Array.of(46, 47),
      values: Float64Array.of(1, 1),
    });
    assert(output > -1.0001 && output < 1.0001, `${output}`);
    return profile.version;
  });
}

/** What was found in a store. */
interface Found {
  /** The newest version of a model. */
  newest: number;
  /** Whether somebody was training. */
  wasTraining: boolean;
}

/** Looks at a store that nobody has open. */
function checkStore(path: string): Found {
  const database = new DatabaseSync(path);
  const [{ integrity_check }] = database.prepare("PRAGMA integrity_check")
    .all();
  assertEquals(integrity_check, "ok");
  assertEquals(database.prepare("PRAGMA foreign_key_check").all(), []);
  const versions = checkModels(database);
  assertEquals(new Set(versions).size, versions.length, `${versions}`);
  const published = database.prepare(
    `SELECT json_extract(record, '$.version') AS version FROM trainings
      WHERE json_extract(record, '$.outcome') = 'published' ORDER BY id`,
  ).all().map(({ version }) => version as number);
  for (const [i, version] of published.entries()) {
    if (i > 0) assert(version > published[i - 1], `${published}`);
    assert(versions.includes(version), `${version} of ${versions}`);
  }
  // The lock of one who was killed ends by itself, but not so soon.
  const { changes } = database.prepare("UPDATE locks SET at = at - 100").run();
  database.close();
  return { newest: Math.max(0, ...versions), wasTraining: changes > 0 };
}

/** What a daemon that has just started says of the store. */
async function checkServed(
  daemon: DaemonProcess,
  store: string,
  newest: number,
): Promise<void> {
  const { rules } = await daemon.getStatus();
  const [network] = rules.default.networks;
  if (network === undefined) return assertEquals(newest, 0);
  const { fresh, retained, quarantined } = network.pool!;
  const counted = fresh.spam + fresh.ham + retained.spam + retained.ham;
  assertEquals([counted, quarantined], [numbersIn(store).size, 0]);
  if (newest === 0) return;
  const scored = await (await daemon.post("/v1/score", mail("spam", 1))).json();
  // It may have trained another one by now.
  assert(scored.results[0].version >= newest, `${newest}`);
}

/** Kills a daemon over and over, and looks at what it leaves. */
async function killOften(folder: string, lane: number): Promise<void> {
  const store = `${folder}/neurald.sqlite`;
  const config = `${folder}/neural.conf`;
  await Deno.writeTextFile(config, BUSY);
  const random = new Random(lane);
  const acknowledged = new Set<number>();
  let next = 0;
  let newest = 0;
  let inTraining = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    if (random.uniform() < AT_START) {
      await using daemon = DaemonProcess.spawn({ store, config });
      await pause(START_MS * random.uniform());
      await daemon.end("SIGKILL");
    } else {
      await using daemon = await DaemonProcess.start({ store, config });
      await checkServed(daemon, store, newest);
      const load = new Load(daemon.url, next);
      await pause(MOST_LOAD_MS * random.uniform());
      await daemon.end("SIGKILL");
      await load.stop();
      next = load.next;
      for (const number of load.acknowledged) acknowledged.add(number);
    }
    if (acknowledged.size === 0) continue;
    const found = checkStore(store);
    newest = found.newest;
    if (found.wasTraining) inTraining++;
    const lost = acknowledged.difference(numbersIn(store));
    assertEquals([...lost], [], `after kill ${kill}`);
  }
  // Else it has not tested what it is there for, on however slow a machine.
  assert(acknowledged.size > 2 * KILLS, `${acknowledged.size} samples`);
  assert(newest > 5, `${newest} models`);
  assert(inTraining > 2, `${inTraining} kills of a training`);
}

Deno.test(`${LANES * KILLS} kills lose nothing that was acknowledged`, async () => {
  const lanes = Array.from(
    { length: LANES },
    (_, lane) => inFolder((folder) => killOften(folder, lane)),
  );
  // Each ends, and tidies up, though another one may have failed.
  await Promise.allSettled(lanes);
  await Promise.all(lanes);
});
