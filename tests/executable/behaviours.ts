/**
 * What an executable does, however it is made.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import project from "../../deno.json" with { type: "json" };
import { inFolder, neurald } from "../cli/neurald.ts";
import { until } from "../daemon/until.ts";
import type { Report } from "../../lib/cli/doctor/finding.ts";
import type { Score } from "../../lib/engine/scorer.ts";
import type { NetworkStatus } from "../../lib/engine/status.ts";
import { CORPUS, scans } from "./corpus.ts";
import type { DaemonProcess } from "../daemon/process.ts";
import { scrape } from "../metrics/scrape.ts";
import type { Executable } from "./executable.ts";

/** Longest that ending may take. */
const MOST_MS = 5000;

/** What it may do, as flags of deno. */
export const PERMISSIONS = [
  "--no-prompt",
  "--deny-import",
  "--allow-net",
  "--allow-read",
  "--allow-write",
  "--allow-env=STATE_DIRECTORY,XDG_STATE_HOME,HOME,NEURALD_TOKEN,JOURNAL_STREAM",
  "--allow-sys=hostname,statfs,uid",
];

/**
 * Tests an executable.
 *
 * @param kind begins the tests' names
 * @param make gives the executable
 */
export function testBehaviours(
  kind: string,
  make: () => Promise<Executable>,
  { ignore = false } = {},
): void {
  const test = (name: string, run: (folder: string) => Promise<void>) =>
    Deno.test(`${kind}: ${name}`, { ignore }, () => inFolder(run));

  test("it tells its version", async () => {
    const executable = await make();
    assertEquals(
      await executable.answer(["--version"]),
      `neurald ${project.version}\n`,
    );
  });

  test("it explains itself, and what is wrong", async () => {
    const executable = await make();
    const help = await executable.answer(["--help"]);
    for (const command of ["serve", "demo", "train", "score"]) {
      assert(help.includes(`\n  ${command} `), help);
    }
    const { code, stderr } = await executable.run(["sevre"]);
    assertEquals(code, 2);
    assert(/^neurald: .*serve.*\n$/.test(stderr), stderr);
  });

  test("its demo sorts mail that it has not seen", async () => {
    const executable = await make();
    const listen = ["--listen", "127.0.0.1:0"];
    const lines = await executable.answer([
      ...["demo", "--exit", "--json"],
      ...listen,
    ]);
    const { auc, n } = JSON.parse(lines.trim().split("\n").at(-1)!);
    assert(auc >= 0.99, `${auc}`);
    assert(n.spam > 500 && n.ham > 500);
  });

  test("the daemon learns, trains, scores, reloads and ends", (folder) =>
    serve(make, folder));

  test("without a home it keeps its store where systemd says", async (folder) => {
    const executable = await make();
    const start = { cwd: folder, env: { STATE_DIRECTORY: `${folder}/state` } };
    for (let restart = 0; restart < 2; restart++) {
      await using server = await executable.serve([], start);
      assertEquals(await server.ask("/readyz"), '{"ready":true}');
      assertEquals((await server.end("SIGTERM")).status.code, 0, server.stderr);
    }
    assert((await Deno.stat(`${folder}/state/neurald.sqlite`)).isFile);
  });

  test("its doctor may look at all that it has to", async (folder) => {
    const executable = await make();
    const store = ["--store", `sqlite:${folder}/neurald.sqlite`];
    const look = async (listen: string) => {
      const flags = ["doctor", ...store, "--listen", listen, "--json"];
      const { findings, summary }: Report = JSON.parse(
        await executable.answer(flags),
      );
      assertEquals(summary.error + summary.warning, 0);
      return findings.map(({ message }) => message).join("\n");
    };
    {
      await using server = await executable.serve(store);
      const found = await look(new URL(server.url).host);
      assertMatch(found, /^neurald \S+ answers, and is ready$/m);
      assertMatch(found, /^version \d+, \d+ KiB, nothing wrong with it$/m);
      assertMatch(found, / are free on the disk of /);
      await server.end("SIGTERM");
    }
    const found = await look("127.0.0.1:0");
    assertMatch(found, /^version \d+, \d+ KiB, nothing wrong with it$/m);
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assertEquals(left, ["neurald.sqlite"]);
  });

  test("it keeps its store in its user's home", async (folder) => {
    const executable = await make();
    await using server = await executable.serve([], { env: { HOME: folder } });
    const store = `${folder}/.local/state/neurald/neurald.sqlite`;
    const status = await server.getStatus();
    assertEquals(status.store, { url: `sqlite:${store}` });
  });

  test("its page has all that it needs", async (folder) => {
    const executable = await make();
    const store = ["--store", `sqlite:${folder}/neurald.sqlite`];
    await using server = await executable.serve(store);
    const page = await server.ask("/");
    const paths = [...page.matchAll(/"(\/page\/[^"]*)"/g)]
      .map(([, path]) => path);
    assertEquals(new Set(paths).size, 3);
    for (const path of paths) {
      const name = path.slice("/page/".length);
      const source = new URL(
        `../../lib/page/browser/${name}`,
        import.meta.url,
      );
      assertEquals(await server.ask(path), await Deno.readTextFile(source));
    }
  });

  test("it trains and measures as its sources do", async (folder) => {
    const executable = await make();
    const train = (output: string) => [
      ...["train", "--input", CORPUS, "--output", output],
      ...["--seed", "7", "--epochs", "3", "--json"],
    ];
    await executable.answer(train("executable.rnm"), { cwd: folder });
    const sources = await neurald(train(`${folder}/sources.rnm`));
    assertEquals(sources.code, 0, sources.stderr);
    const models = ["executable", "sources"].map((name) =>
      Deno.readFileSync(`${folder}/${name}.rnm`)
    );
    assert(models[0].length > 10_000);
    assertEquals(models[0], models[1]);

    const measure = [
      ...["eval", "--model", `${folder}/sources.rnm`],
      ...["--input", CORPUS, "--json"],
    ];
    assertEquals(
      await executable.answer(measure),
      (await neurald(measure)).stdout,
    );
  });
}

async function serve(
  make: () => Promise<Executable>,
  folder: string,
): Promise<void> {
  const executable = await make();
  const config = `${folder}/neurald.conf`;
  const configure = (symbol: string) =>
    Deno.writeTextFile(
      config,
      `symbol_spam = ${symbol}; watch_interval = 1h;
      train { max_trains = 100; }
      neurald { store = "sqlite:${folder}/neurald.sqlite"; }`,
    );
  await configure("BEFORE");
  const lines = await scans(200);
  const file = `${folder}/scans.jsonl`;
  let model: string;
  {
    await using server = await executable.serve(["--config", config]);
    await server.ask("/v1/learn", lines.slice(0, -100).join("\n"));
    await Deno.writeTextFile(file, lines.slice(-100).join("\n"));
    await executable.answer(["learn", "--server", server.url, file]);
    await checkPool(server);

    const { trained } = JSON.parse(await server.ask("/v1/train", ""));
    assert(trained, server.stderr);
    model = (await networkOf(server)).model!.key;
    const figures = await scrape(server);
    assertEquals(figures.value("neurald_trainings_total"), 1);
    assert(figures.value("process_resident_memory_bytes") > 2 ** 20);
    const [spam, score] = await surest(server, lines);
    assertEquals([score.symbol, score.contributions?.length], ["BEFORE", 3]);

    await configure("AFTER");
    server.signal("SIGHUP");
    await until("it reloads", () => server.stderr.includes(" reloaded"));
    const later = await scrape(server);
    assertEquals(later.value("neurald_trainings_total"), 1);
    assert(later.value("neurald_scores_total") > 0);
    const [, again] = await surest(server, [spam]);
    assertEquals([again.symbol, again.output], ["AFTER", score.output]);

    await Deno.writeTextFile(file, spam);
    const { status, durationMs } = await server.end("SIGTERM");
    assertEquals(status.code, 0, server.stderr);
    assert(durationMs < MOST_MS, `${durationMs} ms`);
  }
  await using server = await executable.serve(["--config", config]);
  await checkPool(server);
  assertEquals((await networkOf(server)).model?.key, model);
  const args = ["score", "--explain", "3", "--server", server.url, file];
  const printed = await executable.answer(args);
  assertMatch(
    printed,
    /^scan 1: AFTER [01]\.\d{4}, .*(\n +[+-]?\d\.\d{4} +\S+){3}\n$/,
  );
}

/** The scan that is spam the most surely, and its score. */
async function surest(
  server: DaemonProcess,
  lines: string[],
): Promise<[line: string, score: Score]> {
  const answer = await server.ask("/v1/score?explain=3", lines.join("\n"));
  return answer.trim().split("\n")
    .map((line, i): [string, Score] => [lines[i], JSON.parse(line).results[0]])
    .reduce((best, one) => one[1].output > best[1].output ? one : best);
}

async function networkOf(server: DaemonProcess): Promise<NetworkStatus> {
  const { rules } = await server.getStatus();
  return rules.default.networks[0];
}

/** All samples are there. */
async function checkPool(server: DaemonProcess): Promise<void> {
  const { pool } = await networkOf(server);
  const { fresh, retained } = pool!;
  assertEquals(
    [fresh.spam + retained.spam, fresh.ham + retained.ham],
    [200, 200],
  );
}
