import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { VERSION } from "../../lib/version.ts";
import { inFolder, line, neurald, type Outcome } from "./neurald.ts";

const COMMANDS: Record<string, string[]> = {
  serve: ["config", "listen", "store"],
  demo: ["exit", "seed", "listen", "json"],
  train: ["input", "output", "architecture", "seed", "epochs"],
  eval: ["model", "server", "input", "fpr", "svg", "worst", "json"],
  score: ["server", "model", "rule", "explain", "json"],
  explain: ["server", "model", "rule", "most", "json"],
  learn: ["spam", "ham", "watch", "rspamd", "server", "class", "rule", "json"],
  "models list": ["-r, --rule", "-s, --settings", "store", "server", "json"],
  "models show": ["-v, --version", "-c, --config", "json"],
  "models export": ["-o, --output", "-v, --version", "digest"],
  "models import": ["-r, --rule", "force"],
  "models rollback": ["-v, --version"],
  "models delete": ["force"],
  "models diff": ["most"],
  config: ["config", "json"],
  doctor: ["config", "store", "listen", "server", "token-file", "strict"],
};

/** What was used wrongly is told in one line, with nothing beside it. */
function checkMisuse({ code, stdout, stderr }: Outcome, said: string): void {
  assertEquals(code, 2, stderr);
  assertEquals(stdout, "");
  assert(/^neurald: [^\n]+\n$/.test(stderr), stderr);
  assertStringIncludes(stderr, said);
}

/** Runs commands a few at a time. */
async function inTurn<T>(
  items: readonly T[],
  run: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      await run(item);
    }
  };
  await Promise.all([worker(), worker()]);
}

Deno.test("help lists every command, and explains each", async () => {
  const general = await neurald(["--help"]);
  assertEquals([general.code, general.stderr], [0, ""]);
  assertEquals((await neurald(["help"])).stdout, general.stdout);
  assertEquals((await neurald(["-h"])).stdout, general.stdout);
  await inTurn(Object.entries(COMMANDS), async ([name, flags]) => {
    const words = name.split(" ");
    const [first] = words;
    const list = words.length === 1 ? general : await neurald(["help", first]);
    assert(new RegExp(`^  ${name} `, "m").test(list.stdout), name);
    const { code, stdout, stderr } = await neurald([...words, "--help"]);
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, `usage: neurald ${name}`);
    for (const flag of flags) {
      const shown = flag.startsWith("-") ? flag : `--${flag}`;
      assertStringIncludes(stdout, shown);
    }
    assertEquals((await neurald(["help", ...words])).stdout, stdout);
    assertEquals((await neurald([...words, "-h"])).stdout, stdout);
  });
  const group = await neurald(["models", "--help"]);
  assertEquals((await neurald(["help", "models"])).stdout, group.stdout);
  assertStringIncludes(general.stdout, "\n  models  ");
});

Deno.test("the version is told", async () => {
  const { code, stdout } = await neurald(["--version"]);
  assertEquals([code, stdout], [0, `neurald ${VERSION}\n`]);
});

Deno.test("without a command, help is shown, and it has failed", async () => {
  const { code, stdout } = await neurald([]);
  assertEquals(code, 2);
  assertStringIncludes(stdout, "usage: neurald COMMAND");
});

const MISUSES: [args: string, said: string][] = [
  ["trian", "did you mean train"],
  ["Score", "did you mean score"],
  ["--json", "no command"],
  ["help evla", "did you mean eval"],
  ["serve extra", 'serve has no use for "extra"'],
  ["serve --listne 127.0.0.1:0", "did you mean --listen"],
  ["serve --listen", "--listen needs a value: ADDRESS"],
  ["serve --listen=", "--listen needs a value: ADDRESS"],
  ["serve --listen 127.0.0.1", "HOST:PORT or unix:/PATH"],
  ["serve --listen 127.0.0.1:65536", "HOST:PORT or unix:/PATH"],
  ["serve --listen unix:relative", "HOST:PORT or unix:/PATH"],
  ["serve --store", "--store needs a value: URL"],
  ["serve --store --config x", "--store needs a value: URL"],
  ["demo --sed 1", "did you mean --seed"],
  ["demo --seed", "--seed needs a value: N"],
  ["demo --seed x", "--seed: a whole number of at least 0"],
  ["demo --seed -1", "--seed: a whole number of at least 0 is needed, not -1"],
  ["demo --listen unix:/x", "--listen: HOST:PORT is needed"],
  ["demo extra", "no use"],
  ["train", "--input FILE is needed"],
  ["train --input x", "--output FILE is needed"],
  ["train --input x --outptu y", "did you mean --output"],
  ["train --input x --input y --output z", "--input is given more than once"],
  ["train --input x --output y --seed 1.5", "--seed: a whole number"],
  ["train --input x --output y --epochs 0", "--epochs: a whole number"],
  ["train --input x --output y --epochs many", "--epochs: a whole number"],
  ["train --input x --output y --learning-rate 0", "--learning-rate"],
  [
    "train --input x --output y --architecture conv1d",
    "--architecture: auto or symbol or linear or mlp or embedding is needed, not conv1d",
  ],
  ["eval", "--model FILE is needed"],
  ["eval --model x", "--input FILE is needed"],
  ["eval --model x --input y z", "no use"],
  ["eval --modle x", "did you mean --model"],
  ["score a b", 'score has no use for "b"'],
  ["score --server localhost x", "--server: http://HOST:PORT or unix:/PATH"],
  ["score --server unix:socket x", "--server: http://HOST:PORT or unix:/PATH"],
  ["score --server ftp://x x", "--server: http://HOST:PORT or unix:/PATH"],
  ["score --explain x", "--explain: a whole number"],
  ["score --explain", "--explain needs a value: N"],
  ["score --model m --server http://x", "--model is asked instead"],
  ["score --model m --rule r", "--model is asked instead"],
  ["score -j", "no flag -j"],
  ["learn --clas spam", "did you mean --class"],
  ["learn --class sapm", "--class: spam or ham is needed, not sapm"],
  ["learn --class", "--class needs a value: CLASS"],
  ["learn --rule", "--rule needs a value: NAME"],
  ["models lits", "did you mean models list"],
  ["models bake", "there is no command"],
  ["models list x", 'models list has no use for "x"'],
  ["models list --store x", "--store: sqlite:PATH is needed"],
  [
    "models list --store sqlite:/x --server http://x",
    "--server is about a server, which is asked instead",
  ],
  [
    "models list --store sqlite:/x --token-file x",
    "--token-file is about a server, which is asked instead",
  ],
  ["eval --model x --ca x --input y", "--ca is about a --server"],
  ["models list --store sqlite:/no/such/file", "there is no store"],
  ["models list -x", "no flag -x"],
  ["models list -r", "--rule needs a value: NAME"],
  ["models show 1 -v 2", "one model is needed, not 1 and --version"],
  ["models show a:b:1 -r a", "leave out --rule and --settings"],
  ["models show -v x", "--version: a whole number of at least 0"],
  ["models show -v -1", "--version: a whole number of at least 0"],
  ["models show -v 1 -v 2", "--version is given more than once"],
  ["models export", "-o FILE is needed"],
  ["models export -o -", "a file is needed, not standard output"],
  ["models import", "a FILE is needed"],
  ["models import /no/such/file", "there is no file /no/such/file"],
  ["models delete", "a MODEL is needed"],
  ["models diff --most 0", "--most: a whole number of at least 1"],
  ["config", "config check or config show is needed"],
  ["config chekc", "there are check and show"],
  ["config check a b", "no use"],
  ["config --jsn", "did you mean --json"],
];

Deno.test("what is used wrongly is told, with the nearest that is right", () =>
  inTurn(MISUSES, async ([args, said]) => {
    checkMisuse(await neurald(args.split(" ")), said);
  }));

Deno.test("what is like nothing that is known is likened to nothing", async () => {
  for (const args of [["bake"], ["learn", "--frobnicate"], ["score", "-j"]]) {
    const outcome = await neurald(args);
    checkMisuse(outcome, "there is no ");
    assert(!outcome.stderr.includes("did you mean"), outcome.stderr);
  }
});

Deno.test("an output that is full is told in one line", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const { code, stderr } = await new Deno.Command("sh", {
    args: ["-c", '"$@" >/dev/full', "sh", ...line(["--version"])],
  }).output();
  assertEquals(code, 1);
  const said = new TextDecoder().decode(stderr);
  assert(
    /^neurald: cannot write to standard output: [^\n]+\n$/.test(said),
    said,
  );
});

Deno.test("what comes after -- is no flag", async () => {
  const { code, stderr } = await neurald(["score", "--", "--json"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "there is no file --json");
});

Deno.test("files that cannot be read are told by their names", () =>
  inFolder((folder) =>
    inTurn(
      [
        ["train", "--output", `${folder}/x`, "--input"],
        ["eval", "--model", "x", "--input"],
        ["eval", "--input", "x", "--model"],
        ["score", "--model"],
        ["learn"],
        ["score"],
        ["config", "check"],
        ["config", "show", "--config"],
      ],
      async (args) => {
        for (const path of ["/no/such/file", "/proc"]) {
          const { code, stdout, stderr } = await neurald([...args, path]);
          assertEquals([code, stdout], [2, ""], `${args} ${path} ${stderr}`);
          // A model is read before scans are.
          const isFirst = !args.includes("--model") ||
            args.at(-1) === "--model";
          assertStringIncludes(stderr, isFirst ? path : "there is no file x");
          assert(/^[^\n]+\n$/.test(stderr), stderr);
        }
      },
    )
  ));
