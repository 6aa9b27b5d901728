import { assert, assertEquals } from "@std/assert";
import type { NetworkStatus } from "../../lib/engine/status.ts";
import { inFolder } from "../cli/neurald.ts";
import { type LabelledMail, mails } from "../engine/mail.ts";
import { redisTest } from "../store/redis/redis_test_case.ts";
import { RedisServer } from "../store/redis/server.ts";
import { DaemonProcess } from "./process.ts";
import { until } from "./until.ts";

const WATCH_SECONDS = 1;
/** For what a busy machine takes on top. */
const SLACK_SECONDS = 2;

const SCANS = mails(20, 900).map((scan) => JSON.stringify(scan)).join("\n");

async function networkOf(daemon: DaemonProcess): Promise<NetworkStatus> {
  return (await daemon.getStatus()).rules.default.networks[0];
}

async function scoresOf(daemon: DaemonProcess): Promise<number[]> {
  const answer = await daemon.ask("/v1/score", SCANS);
  return answer.trim().split("\n")
    .map((line) => JSON.parse(line).results[0].output);
}

async function train(
  daemon: DaemonProcess,
  scans: LabelledMail[],
): Promise<void> {
  const lines = scans.map((scan) => JSON.stringify(scan)).join("\n");
  await daemon.ask("/v1/learn", lines);
  const { trained, reason } = JSON.parse(await daemon.ask("/v1/train", ""));
  assert(trained, reason);
}

/** Waits until all serve a version. */
async function allServe(
  daemons: DaemonProcess[],
  version: number,
): Promise<void> {
  await until(`all serve version ${version}`, async () => {
    const networks = await Promise.all(daemons.map(networkOf));
    return networks.every((one) => one?.model?.version === version);
  });
}

redisTest(
  "four daemons follow a rollback, and what is better later",
  () =>
    inFolder(async (folder) => {
      await using stack = new AsyncDisposableStack();
      const redis = stack.use(await RedisServer.start());
      const config = `${folder}/neural.conf`;
      await Deno.writeTextFile(
        config,
        `watch_interval = ${WATCH_SECONDS}s; train { frozen = true; }`,
      );
      const start = async () =>
        stack.use(await DaemonProcess.start({ store: redis.url, config }));
      const daemons = [
        await start(),
        ...await Promise.all([start(), start(), start()]),
      ];
      const [first, second, third, fourth] = daemons;
      const scores: number[][] = [];
      for (const from of [0, 100, 200]) {
        await train(first, mails(40, from));
        scores.push(await scoresOf(first));
      }
      assertEquals(new Set(scores.map(String)).size, 3);
      await allServe(daemons, 3);

      const begin = performance.now();
      const answer = JSON.parse(await second.ask("/v1/models/rollback", ""));
      assertEquals(answer.model.version, 4);
      await allServe(daemons, 4);
      const seconds = (performance.now() - begin) / 1000;
      assert(seconds < WATCH_SECONDS + SLACK_SECONDS, `${seconds} s`);
      for (const daemon of daemons) {
        assertEquals(await scoresOf(daemon), scores[1]);
        const { model, last_change } = await networkOf(daemon);
        assertEquals(model!.origin, answer.model.origin);
        assertEquals(model!.published_at, answer.model.origin.at);
        assertEquals(last_change?.outcome, "rolled back");
      }

      // One that starts later knows as much.
      await fourth.end("SIGTERM");
      const fifth = await start();
      const { model } = await networkOf(fifth);
      assertEquals(model!.origin, answer.model.origin);
      assertEquals(await scoresOf(fifth), scores[1]);

      // Without new mail nothing replaces it, whoever trains.
      const early = JSON.parse(await third.ask("/v1/train", ""));
      assertEquals(early.trained, false);
      assert(early.reason.includes("it waits for new samples"), early.reason);
      await train(third, mails(100, 300));
      await allServe([first, second, third, fifth], 5);
      assertEquals((await networkOf(first)).model!.origin, { kind: "trained" });
    }),
);
