import { assert } from "@std/assert";
import { fileURLToPath } from "node:url";
import { Connection } from "../../lib/store/redis/connection.ts";
import { PLAIN_KEYS } from "../../lib/store/redis/keys.ts";
import { redisStore } from "../../lib/store/redis/store.ts";
import { type Store, StoreError } from "../../lib/store/store.ts";
import { inFolder } from "../cli/neurald.ts";
import { pause, until } from "../daemon/until.ts";
import { RedisServer } from "../store/redis/server.ts";
import { makeMessages } from "./messages.ts";
import { hasServers, RspamdHost } from "./rspamd.ts";
import type { Background } from "./soak/background.ts";
import { History } from "./soak/history.ts";
import { KEEP_JOURNAL, readJournal } from "./soak/journal.ts";
import { Member } from "./soak/member.ts";
import { Mail, Scoring, versionOf } from "./soak/scoring.ts";
import { type Labelled, Teaching } from "./soak/teaching.ts";
import { Trouble } from "./soak/trouble.ts";

/** Says how many seconds things go wrong; then it tells what happened. */
const DURATION = "NEURALD_SOAK_SECONDS";
const SECONDS = Number(Deno.env.get(DURATION) ?? 25);

/** So many trainings make up for so many samples. */
const SAMPLES_PER_SECOND = Math.min(40, 6000 / SECONDS);
const MAX_TRAINS = 15;

const SERIES = "rn2_default_1_default";
const LOCK_SECONDS = 2;

/** Nothing makes room, nothing is dropped, and a training takes some time. */
const CONFIG = `
watch_interval = 200ms;
lock_expire = ${LOCK_SECONDS}s;
max_profiles = 100000;
hidden_layer_mult = 0.5;
train {
  max_trains = ${MAX_TRAINS};
  max_usages = 100000;
  max_iterations = 100;
  learning_rate = 0.02;
}
neurald { rspamd_version = 3; max_pool = 1000000; }
`;

/** Two clocks are right. */
const CLOCKS = [undefined, undefined, "clock_ahead.ts", "clock_behind.ts"];

const MODULE = { max_profiles: 100_000 };
const TRAIN = { max_trains: 1_000_000 };

function membersOf(redis: RedisServer, config: string): Member[] {
  return CLOCKS.map((clock) =>
    new Member({
      store: redis.url,
      config,
      preload: clock &&
        fileURLToPath(new URL(`soak/${clock}`, import.meta.url)),
    })
  );
}

/** What rspamd makes of messages that it does not learn. */
async function scansBy(rspamd: RspamdHost): Promise<Labelled[]> {
  const scans: Labelled[] = [];
  for (const { text, class: mailClass } of makeMessages(20, 1)) {
    scans.push({ class: mailClass, scan: await rspamd.scan(text) });
  }
  return scans;
}

/** The process that holds the training lock, by its name in Redis. */
async function trainerBy(connection: Connection): Promise<number | undefined> {
  try {
    const holder = await connection.ask(
      "HGET",
      PLAIN_KEYS.of(SERIES)[1],
      "holder",
    );
    if (!(holder instanceof Uint8Array)) return undefined;
    return Number(new TextDecoder().decode(holder).split(":").at(-2));
  } catch (error) {
    // It comes back.
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}

/** Lets the time pass, unless something fails. */
async function goOn(background: readonly Background[]): Promise<void> {
  const end = performance.now() + 1000 * SECONDS;
  while (performance.now() < end) {
    for (const work of background) work.check();
    await pause(100);
  }
}

/** All come to answer by the newest model. Gives its version. */
async function agree(
  members: readonly Member[],
  store: Store,
  scan: Labelled["scan"],
): Promise<number> {
  return await until("all members serve the newest model", async () => {
    const profiles = await store.profiles(SERIES);
    const newest = Math.max(...profiles.map(({ profile }) => profile.version));
    const versions = await Promise.all(
      members.map((member) => versionOf(member, scan)),
    );
    return versions.every((version) => version === newest) ? newest : 0;
  });
}

Deno.test("four neurald and a rspamd on one Redis survive trouble", async () => {
  if (!hasServers()) return;
  await inFolder(async (folder) => {
    const config = `${folder}/neural.conf`;
    await Deno.writeTextFile(config, CONFIG);
    await using redis = await RedisServer.start(KEEP_JOURNAL);
    await using rspamd = await RspamdHost.start({
      redisPort: redis.port,
      trains: false,
      module: MODULE,
      train: TRAIN,
    });
    const messages = makeMessages(50, 2);
    const scans = await scansBy(rspamd);
    await rspamd.scan(messages[0].text, messages[0].class);
    await using all = new AsyncDisposableStack();
    const members = membersOf(redis, config);
    members.forEach((member) => all.use(member));
    await Promise.all(members.map((member) => member.start()));
    const connection = await Connection.open(redis.url);
    const store = redisStore(connection, 3);
    all.defer(() => store.close());

    const [{ scan }] = scans;
    const scoring = all.use(new Scoring(members, scan));
    const mail = all.use(new Mail(rspamd, messages));
    const teaching = all.use(
      new Teaching(members, scans, SAMPLES_PER_SECOND),
    );
    await until("there is a model", () => scoring.newest > 0);
    const trouble = all.use(
      new Trouble({
        redis,
        members,
        pausedMs: 1000 * (LOCK_SECONDS + 1),
        trainer: () => trainerBy(connection),
      }),
    );
    await goOn([trouble, teaching, scoring, mail]);
    await trouble.stop();
    await teaching.stop();
    const agreed = await agree(members, store, scan);
    await scoring.stop();
    await mail.stop();
    await teaching.checkKept(store, SERIES);
    for (const member of members) await member.end("SIGTERM");
    await rspamd.stop();
    await redis.stop();

    const history = new History(
      SERIES,
      LOCK_SECONDS,
      await readJournal(redis.folder),
    );
    const { published, failed, takeovers } = history;
    const seen = {
      published: published.length,
      failed,
      takeovers,
      ...teaching.counts,
      scored: scoring.count,
      judged: mail.judged,
      trouble: Object.fromEntries(trouble.counts),
    };
    // deno-lint-ignore no-console
    if (Deno.env.has(DURATION)) console.log(seen);
    assert(published.includes(agreed), `${agreed} is none of ${published}`);
    // Else it has not tested what it is there for.
    assert(published.length > 3 && takeovers > 0, JSON.stringify(seen));
  });
});
