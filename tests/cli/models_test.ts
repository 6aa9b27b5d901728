import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { decodeRnm } from "../../lib/model/rnm.ts";
import { Host } from "../daemon/host.ts";
import { mails } from "../engine/mail.ts";
import { inFolder, neurald, type Outcome } from "./neurald.ts";

const CONFIG = "watch_interval = 1h; train { frozen = true; }";

/** A daemon with models of three versions. */
async function usedHost(config = CONFIG): Promise<Host> {
  const host = await Host.start(config);
  for (const from of [0, 100, 200]) {
    await host.postLines("/v1/learn", mails(40, from));
    const { json } = await host.post("/v1/train", "");
    assert(json.trained, JSON.stringify(json));
  }
  return host;
}

/** Runs `neurald models …`. */
function models(args: string, ...more: string[]): Promise<Outcome> {
  return neurald(["models", ...args.split(" "), ...more]);
}

/** What went well: nothing is said beside what was asked for. */
function checkGood({ code, stdout, stderr }: Outcome, ...said: string[]): void {
  assertEquals([code, stderr], [0, ""], stdout);
  for (const text of said) assertStringIncludes(stdout, text);
}

/** What went wrong: told in one line, and nothing is printed. */
function checkBad({ code, stdout, stderr }: Outcome, said: string): void {
  assert(code === 1 || code === 2, `${code} ${stderr}`);
  assertEquals(stdout, "");
  assert(/^neurald: [^\n]+\n$/.test(stderr), stderr);
  assertStringIncludes(stderr, said);
}

Deno.test("models are listed, shown and compared, by a server or in its store", async () => {
  await using host = await usedHost();
  for (
    const place of [["--server", host.url], ["--store", `sqlite:${host.path}`]]
  ) {
    const list = await models("list", ...place);
    checkGood(list, "default:default:3  in service  just now", "AUC ");
    assertEquals(list.stdout.trim().split("\n").length, 3);
    const { models: entries } = JSON.parse(
      (await models("list --json -r default", ...place)).stdout,
    );
    assertEquals(
      entries.map(({ version, in_service }: Record<string, unknown>) => [
        version,
        in_service,
      ]),
      [[3, true], [2, false], [1, false]],
    );
    checkGood(
      await models("show", ...place),
      "model       default:default:3 in service\n",
      "trained on  1",
    );
    checkGood(
      await models("show 1", ...place),
      "default:default:1\n",
      "cross-validation  linear: AUC",
    );
    checkGood(await models("show -v 2", ...place), "default:default:2\n");
    const details = JSON.parse(
      (await models("show default:default:1 --json", ...place)).stdout,
    );
    assert(details.symbol_names.includes("BAYES_SPAM"));
    checkGood(
      await models("diff --most 3", ...place),
      "default:default:2: AUC",
      "default:default:3: AUC",
      " -> ",
      "others, which changed less",
    );
    const diff = JSON.parse((await models("diff 1 3 --json", ...place)).stdout);
    assertEquals([diff.from.version, diff.to.version], [1, 3]);
    assertEquals(diff.changes.length, details.inputs);
    checkBad(await models("show 9", ...place), "default:default:9");
    checkBad(await models("list -r other", ...place), 'no rule "other"');
  }
});

Deno.test("a model goes to a file, and from there into another store", () =>
  inFolder(async (folder) => {
    await using host = await usedHost();
    const file = `${folder}/model.rnm`;
    checkGood(
      await models(
        `export -r default -s default -v 2 -o ${file}`,
        "--server",
        host.url,
      ),
      `default:default:2 is in ${file}`,
    );
    const bytes = await Deno.readFile(file);
    assertEquals(decodeRnm(bytes).modelVersion, 2);
    const direct = `${folder}/direct.rnm`;
    const store = ["--store", `sqlite:${host.path}`];
    checkGood(await models(`export 2 -o ${direct}`, ...store));
    assertEquals(await Deno.readFile(direct), bytes);

    const other = ["--store", `sqlite:${folder}/new/other.sqlite`];
    checkBad(await models("list", ...other), "there is no store");
    checkBad(await models(`import ${file}`, ...other), "it cannot be judged");
    checkGood(await models("list", ...other), "there is no model yet");
    checkGood(
      await models(`import --force ${file}`, ...other),
      "default:default:1 is in service",
    );
    const { stdout } = await models("list --json", ...other);
    assertEquals(JSON.parse(stdout).models[0].origin.kind, "imported");
    // Its own scores win by no less than nothing.
    const back = await models(`import ${direct} --json`, "--server", host.url);
    const { imported, figures, reason } = JSON.parse(back.stdout);
    assert(figures, reason);
    assertEquals(back.code, imported ? 0 : 1);
  }));

Deno.test("a rollback in the store is noticed by the daemon", async () => {
  await using host = await usedHost(
    "watch_interval = 100ms; train { frozen = true; }",
  );
  const store = ["--store", `sqlite:${host.path}`];
  checkGood(
    await models("rollback", ...store),
    "default:default:4 is in service: rolled back to 2",
  );
  const answers = await Promise.all([
    models("show --json", "--server", host.url),
    models("rollback 1", "--server", host.url),
  ]);
  assertEquals(JSON.parse(answers[0].stdout).version >= 4, true);
  checkGood(answers[1], "default:default:5 is in service: rolled back to 1");
  checkBad(
    await models("rollback", "--server", host.url),
    "there is no model before version 1",
  );
  checkBad(
    await models("delete 5", ...store),
    "is in service; roll back first",
  );
  checkGood(await models("delete 4", ...store), "default:default:4 is gone");
  checkGood(await models("delete 5 --force", ...store), "is gone");
});

/** All commands, for a store that has something. */
const COMMANDS = [
  "list",
  "show",
  "export -o FILE",
  "import FILE",
  "rollback",
  "delete 1",
  "diff",
];

Deno.test("every command says what an empty store lacks", () =>
  inFolder(async (folder) => {
    await using host = await Host.start(CONFIG);
    await using used = await usedHost();
    const file = `${folder}/model.rnm`;
    checkGood(await models(`export -o ${file}`, "--server", used.url));
    const said: Record<string, string> = {
      "import FILE": "it cannot be judged: 0 spam and 0 ham",
    };
    for (
      const place of [["--server", host.url], [
        "--store",
        `sqlite:${host.path}`,
      ]]
    ) {
      for (const command of COMMANDS) {
        const outcome = await models(command.replace("FILE", file), ...place);
        if (command === "list") checkGood(outcome, "there is no model yet");
        else checkBad(outcome, said[command] ?? "default:default");
      }
    }
  }));

Deno.test("every command tells of a file that is no store", () =>
  inFolder(async (folder) => {
    const file = `${folder}/model.rnm`;
    {
      await using used = await usedHost();
      checkGood(await models(`export -o ${file}`, "--server", used.url));
    }
    const path = `${folder}/damaged.sqlite`;
    await Deno.writeTextFile(path, "this is no database ".repeat(100));
    for (const command of COMMANDS) {
      const args = command.replace("FILE", file);
      const outcome = await models(args, "--store", `sqlite:${path}`);
      checkBad(outcome, path);
      assertEquals(outcome.code, 1);
    }
  }));

Deno.test("models that are damaged or gone are told, and in nobody's way", () =>
  inFolder(async (folder) => {
    const host = await usedHost();
    const path = `${folder}/copy.sqlite`;
    try {
      await host.stop();
      await Deno.copyFile(host.path, path);
    } finally {
      await host[Symbol.asyncDispose]();
    }
    const database = new DatabaseSync(path);
    const ofVersion = (version: number) =>
      `profile = (SELECT id FROM profiles
        WHERE json_extract(record, '$.version') = ${version})`;
    database.exec(
      `UPDATE model_fields SET bytes = x'00010203'
         WHERE name IN ('ann', 'training') AND ${ofVersion(2)};
       DELETE FROM model_fields WHERE ${ofVersion(1)}`,
    );
    const store = ["--store", `sqlite:${path}`];
    database.exec(
      `UPDATE model_fields SET bytes =
         CAST(replace(bytes, '"auc":1', '"auc":null') AS BLOB)
         WHERE name = 'training' AND ${ofVersion(3)}`,
    );
    database.close();
    checkGood(await models("show", ...store), "AUC");
    const list = await models("list", ...store);
    checkGood(list, "default:default:3  in service", "field training: ");
    assert(/default:default:1 +\[stale\]/.test(list.stdout), list.stdout);
    checkGood(await models("show 2", ...store), "problem     field ");
    checkGood(await models("show 1", ...store), "default:default:1 [stale]");
    const out = `${folder}/x`;
    checkBad(
      await models(`export 2 -o ${out}`, ...store),
      "default:default:2: field ",
    );
    checkBad(
      await models(`export 1 -o ${out}`, ...store),
      "default:default:1 is stale",
    );
    checkBad(await models("rollback 2", ...store), "default:default:2: field ");
    checkBad(
      await models("rollback 1", ...store),
      "default:default:1 is stale",
    );
    checkBad(
      await models("rollback", ...store),
      "there is no model before version 3",
    );
    checkBad(await models("diff", ...store), "default:default:2: field ");
    for (const version of [1, 2]) {
      checkGood(await models(`delete ${version}`, ...store), "is gone");
    }
    checkGood(await models(`export -o ${out}`, ...store));
    for (
      const damage of [
        "",
        "no model",
        (await Deno.readTextFile(out)).slice(0, 900),
      ]
    ) {
      await Deno.writeTextFile(out, damage);
      const outcome = await models(`import ${out}`, ...store);
      checkBad(outcome, `${out}: `);
      assertEquals(outcome.code, 2);
    }
  }));

Deno.test("the digest of a rule's providers is told", () =>
  inFolder(async (folder) => {
    const config = `${folder}/neural.conf`;
    const text = (providers: string) =>
      `rules { LONG { ${providers} fusion { normalization = "none"; } } }`;
    await Deno.writeTextFile(config, text(""));
    checkGood(
      await models(`export --digest -c ${config}`),
      "the rule has no providers",
    );
    await Deno.writeTextFile(
      config,
      text('providers [ { type = "symbols"; weight = 1; } ]'),
    );
    const { code, stdout } = await models(
      `export --digest --json -r LONG -c ${config}`,
    );
    assertEquals(code, 0);
    assert(/^[0-9a-f]{16}$/.test(JSON.parse(stdout).providers_digest), stdout);
  }));

Deno.test("what belongs to no rule is told of", async () => {
  await using host = await usedHost("rules { LONG { watch_interval = 1h; } }");
  const { code, stdout, stderr } = await models(
    "list",
    "--store",
    `sqlite:${host.path}`,
  );
  assertEquals([code, stdout], [0, "there is no model yet\n"]);
  assertStringIncludes(stderr, "rn3_LONG_3_default");
  assertStringIncludes(stderr, "--config FILE names the rules");
});
