import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
} from "@std/assert";
import type { Score } from "../../lib/engine/scorer.ts";
import { decodeRnm, encodeRnm } from "../../lib/model/rnm.ts";
import { OP } from "../../lib/nn/graph.ts";
import { decodeKann, encodeKann } from "../../lib/nn/kann.ts";
import { Host } from "../daemon/host.ts";
import { trainedHost } from "../daemon/trained_host.ts";
import { mail, mails } from "../engine/mail.ts";
import { exportModel } from "./exported.ts";
import { linesOf } from "./labelled.ts";
import { inFolder, neurald } from "./neurald.ts";

const SCANS = [
  { ...mail("spam", 500), id: "first" },
  // Some metatokens, too.
  mail("ham", 501, { metatokens: new Array(46).fill(0).with(0, 0.5) }),
];

/** Answers of `explain` to the two scans, by a server and by its model. */
async function both(
  host: Host,
  args: string[],
  answer: (stdout: string) => void,
): Promise<void> {
  await inFolder(async (folder) => {
    const model = `${folder}/model.rnm`;
    await exportModel(host, model);
    const outcomes = [];
    for (const by of [["--server", host.url], ["--model", model]]) {
      const outcome = await neurald(["explain", ...by, ...args], {
        input: linesOf(SCANS),
      });
      assertEquals([outcome.code, outcome.stderr], [0, ""]);
      outcomes.push(outcome.stdout);
    }
    assertEquals(outcomes[0], outcomes[1]);
    answer(outcomes[0]);
  });
}

/** The lines of each scan: what it is, and the terms of the sum. */
function explanations(stdout: string): { title: string; terms: string[] }[] {
  return stdout.trimEnd().split(/\n(?=scan )/).map((text) => {
    const [title, ...terms] = text.split("\n");
    return { title, terms };
  });
}

function amount(term: string): number {
  const [, number] = /^ +(-?\d\.\d{4}) {2}\S/.exec(term) ?? [];
  assert(number, term);
  return Number(number);
}

Deno.test("a score is written as a sum of what it comes from", async () => {
  await using host = await trainedHost();
  await both(host, ["--most", "100"], (stdout) => {
    const [spam, ham] = explanations(stdout);
    assert(/^scan 1: NEURAL_SPAM 0\.\d{4}, spam by \d\d/.test(spam.title));
    assert(/^scan 2: NEURAL_HAM -0\.\d{4}, spam by \d/.test(ham.title));
    for (const [i, { title, terms }] of [spam, ham].entries()) {
      const amounts = terms.map(amount);
      const total = amounts.pop()!;
      assertStringIncludes(terms.at(-1)!, "  in all");
      assertStringIncludes(title, ` ${total.toFixed(4)}, `);
      const sum = amounts.reduce((sum, x) => sum + x, 0);
      // Each is rounded to four digits.
      assertAlmostEquals(sum, total, 5e-5 * terms.length);
      const sizes = amounts.map(Math.abs);
      assertEquals(sizes, sizes.toSorted((a, b) => b - a));
      for (const name of Object.keys(SCANS[i].symbols)) {
        assert(terms.some((term) => term.includes(`  ${name} = `)), name);
      }
      const base = terms.filter((term) => term.includes("  base: "));
      assertEquals(base.length, 1);
    }
    assert(ham.terms.some((term) => term.includes("  size = 0.5")));
  });
});

Deno.test("the rest of the sum is one line", async () => {
  await using host = await trainedHost();
  let all: string[] = [];
  await both(host, ["--most", "100"], (stdout) => {
    all = explanations(stdout)[0].terms;
  });
  await both(host, ["--most", "2"], (stdout) => {
    const [{ terms }] = explanations(stdout);
    assertEquals(terms.length, 4);
    assertEquals(terms.slice(0, 2), all.slice(0, 2));
    assertStringIncludes(terms[2], `  ${all.length - 3} others`);
    assertEquals(terms[3], all.at(-1));
    const sum = terms.slice(0, 3).reduce((sum, term) => sum + amount(term), 0);
    assertAlmostEquals(sum, amount(terms[3]), 2e-4);
  });
});

Deno.test("programs are given all contributions", async () => {
  await using host = await trainedHost();
  await both(host, ["--json", "--most", "1"], (stdout) => {
    const lines = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals(lines.map(({ id }) => id), ["first", undefined]);
    for (const { results } of lines) {
      assertEquals(results.length, 1);
      const [{ contributions, output }] = results as Score[];
      const sum = contributions!.reduce((sum, c) => sum + c.contribution, 0);
      assertAlmostEquals(sum, output, 1e-4);
    }
  });
});

Deno.test("one rule is explained when it is named", async () => {
  await using host = await trainedHost(
    "rules { A { watch_interval = 1h; } B { watch_interval = 1h; symbol_spam = S; symbol_ham = H; } }",
  );
  const input = linesOf(SCANS.slice(0, 1));
  const args = ["explain", "--server", host.url];
  const all = await neurald(args, { input });
  assertEquals(explanations(all.stdout).length, 2);
  const { stdout } = await neurald([...args, "--rule", "B"], { input });
  assertEquals(explanations(stdout).length, 1);
  assertStringIncludes(stdout, "scan 1: S ");
});

Deno.test("it says so where there is nothing to explain", async () => {
  await using host = await Host.start("");
  const { code, stdout } = await neurald(["explain", "--server", host.url], {
    input: linesOf(mails(1)),
  });
  assertEquals(code, 0);
  assertEquals(
    stdout,
    "scan 1: nothing is trained for it\nscan 2: nothing is trained for it\n",
  );
});

Deno.test("a network without derivatives is scored, and not explained", async () => {
  await using host = await trainedHost();
  await inFolder(async (folder) => {
    const path = `${folder}/model.rnm`;
    await exportModel(host, path);
    const rnm = decodeRnm(await Deno.readFile(path));
    const nodes = decodeKann(rnm.ann).nodes.map((node) =>
      node.kind === "operator" && node.op === OP.tanh
        ? { ...node, op: OP.softmax }
        : node
    );
    await Deno.writeFile(
      path,
      encodeRnm({ ...rnm, ann: encodeKann({ nodes }) }),
    );
    const input = linesOf(SCANS.slice(0, 1));
    const args = ["explain", "--model", path];
    const { code, stdout } = await neurald(args, { input });
    assertEquals(code, 0);
    const [{ title, terms }] = explanations(stdout);
    assert(title.startsWith("scan 1: NEURAL_SPAM "), title);
    assertEquals(terms, ["  the network cannot be explained"]);
    const json = JSON.parse(
      (await neurald([...args, "--json"], { input })).stdout,
    );
    assertEquals(json.results[0].contributions, undefined);
  });
});

Deno.test("flags that make no sense are told", async () => {
  for (
    const [args, said] of [
      [["--most", "0"], "--most"],
      [["--most", "x"], "--most: a whole number"],
      [["--explain", "3"], "--explain"],
      [["--model", "m", "--rule", "r"], "instead of a --server"],
      [["--profile", "p"], "--profile describes a --model"],
      [["--model", "/no/such/file"], "/no/such/file"],
      [["a", "b"], "b"],
    ] as const
  ) {
    const { code, stdout, stderr } = await neurald(["explain", ...args], {
      input: linesOf(SCANS),
    });
    assertEquals([code, stdout], [2, ""], stderr);
    assertStringIncludes(stderr, "neurald: ");
    assertStringIncludes(stderr, said);
  }
});
