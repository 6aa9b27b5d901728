import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";

import { readUcl } from "../../../lib/config/ucl/read.ts";
import { type Json, toJson } from "../../../lib/config/ucl/value.ts";
import { RSPAMD_VARIABLES } from "../../../lib/config/ucl/variables.ts";
import { brokenUclText, uclText } from "./arbitrary.ts";
import {
  type Answer,
  askAboutFiles,
  askAboutTexts,
  whyUnavailable,
} from "./rspamadm.ts";

interface FixtureCase {
  conf: string;
  json?: string;
  error?: string;
}

const cases: FixtureCase[] = JSON.parse(
  Deno.readTextFileSync(
    new URL("../../fixtures/ucl/libucl.json", import.meta.url),
  ),
);

const readNothing = () => undefined;

function answer(text: string, file = "test.conf"): Answer {
  const { root, problems } = readUcl(text, file, {
    readText: (path) => Deno.readTextFileSync(path),
  });
  const [problem] = problems;
  return problem ? { error: problem.message } : { json: toJson(root) };
}

/** libucl writes fractions with six digits, and keys in the order of hashes. */
function comparable(json: Json): Json {
  if (typeof json === "number") {
    return Math.abs(json) < 1e9
      ? Math.round(json * 1e5) / 1e5
      : Number(json.toPrecision(10));
  }
  if (Array.isArray(json)) return json.map(comparable);
  if (json === null || typeof json !== "object") return json;
  return Object.fromEntries(
    Object.entries(json).sort(([a], [b]) => a < b ? -1 : 1)
      .map(([key, value]) => [key, comparable(value)]),
  );
}

/** Which answers differ; of errors only that there is one is compared. */
function differences(inputs: string[], ours: Answer[], theirs: Answer[]) {
  assertEquals(theirs.length, inputs.length);
  return inputs.map((input, i) => ({ input, ours: ours[i], theirs: theirs[i] }))
    .filter(({ ours, theirs }) =>
      "error" in ours || "error" in theirs
        ? "error" in ours !== "error" in theirs
        : JSON.stringify(comparable(ours.json)) !==
          JSON.stringify(comparable(theirs.json))
    );
}

/** Tells whether libucl is at hand, and on one line why it is not. */
function canAsk(): boolean {
  const why = whyUnavailable();
  // deno-lint-ignore no-console
  if (why) console.log(`skipped: ${why}`);
  return why === undefined;
}

assert(cases.length >= 30);
cases.forEach(({ conf, json, error }, i) => {
  const name = JSON.stringify(conf.slice(0, 40));
  Deno.test(`reads as libucl does: case ${i}, ${name}`, () => {
    const { root, problems } = readUcl(conf, "case.conf", {
      readText: readNothing,
    });
    if (error !== undefined) {
      assert(problems.length > 0, "no problem where libucl has one");
      assertEquals(problems[0].severity, "error");
      assertEquals(problems[0].at.file, "case.conf");
    } else {
      assertEquals(problems, []);
      assertEquals(
        comparable(toJson(root)),
        comparable(JSON.parse(json ?? "null")),
      );
    }
  });
});

Deno.test("agrees with the installed libucl on generated texts", () => {
  if (!canAsk()) return;
  const texts = [
    ...fc.sample(uclText, { numRuns: 300, seed: 11_336 }),
    ...fc.sample(brokenUclText, { numRuns: 300, seed: 11_336 }),
  ];
  const ours = texts.map((text) => answer(text));
  const wellFormed = ours.filter((answer) => "json" in answer).length;
  assert(wellFormed > 100 && wellFormed < texts.length - 100, `${wellFormed}`);
  assertEquals(differences(texts, ours, askAboutTexts(texts)), []);
});

Deno.test("agrees with the installed libucl on variables", () => {
  if (!canAsk()) return;
  const part = fc.constantFrom(
    ..."$ $$ ${ } CONFDIR DB $DBDIR ${DBDIR} $LOCAL_CONFDIR ${CURDIR} $FILENAME"
      .split(" "),
    ..."a / $X ${X} { \\\\ \\u0024".split(" "),
  );
  const style = fc.constantFrom(
    (text: string) => `a = "${text}";\n`,
    (text: string) => `a = x${text};\n`,
    (text: string) => `a = '${text}';\n`,
    (text: string) => `a = <<EOD\n${text}\nEOD\n`,
  );
  const entry = fc.tuple(fc.array(part, { minLength: 1, maxLength: 6 }), style)
    .map(([parts, style]) => style(parts.join("")));
  const texts = fc.sample(entry, { numRuns: 150, seed: 11_336 });
  compareFiles(texts.map((text) => ({ "main.conf": text })));
});

/** What the files of rspamd's `local.d` and `override.d` rely on. */
const INCLUDING: Record<string, string>[] = [
  ...["append", "merge", "rewrite", "error"].flatMap((duplicate) =>
    [0, 1, 15].map((priority) => ({
      "main.conf": `s { a = 1; l = [1]; t { x = 1 } u = 5 }\nk = 1;
.include(priority=${priority}; duplicate=${duplicate}) "$CURDIR/other.conf"
k = 3;`,
      "other.conf": "s { a = 2; b = 2; t { y = 2 } u { z = 1 } }\nk = 2;",
    }))
  ),
  {
    "main.conf": `m { t { a = 1; b = 1 } c = 1
  .include(try=true,priority=5) "$CURDIR/missing.conf"
  .include(try=true,priority=1,duplicate=merge) "$CURDIR/local.conf"
  .include(try=true,priority=10) "$CURDIR/override.conf"
}`,
    "local.conf": "t { a = 2 } c = 2; d = 2",
    "override.conf": "t { b = 3 } d = 3;",
  },
  {
    "main.conf": '.include "$CURDIR/a.conf"\n.include "$CURDIR/a.conf"',
    "a.conf": 'x = 1; .include(priority=3) "$CURDIR/b.conf"',
    "b.conf": "y = 1; s a { z = 1 }",
  },
  {
    "main.conf":
      's { .include(duplicate=merge) "$CURDIR/a.conf" }\n.include $CURDIR/a.conf',
    "a.conf": "",
  },
  { "main.conf": 'x = 1; .include "$CURDIR/missing.conf"' },
  {
    "main.conf": 's { .include "$CURDIR/a.conf"\n } x = 1',
    "a.conf": "open { y = 1",
  },
];

Deno.test("agrees with the installed libucl on includes", () => {
  if (!canAsk()) return;
  compareFiles(INCLUDING);
});

/** Writes each group of files to a folder and compares its `main.conf`. */
function compareFiles(groups: readonly Record<string, string>[]): void {
  const folder = Deno.makeTempDirSync();
  try {
    const paths = groups.map((files, i) => {
      Deno.mkdirSync(`${folder}/${i}`);
      for (const [name, text] of Object.entries(files)) {
        Deno.writeTextFileSync(`${folder}/${i}/${name}`, text);
      }
      return `${folder}/${i}/main.conf`;
    });
    const ours = paths.map((path) => answerWithFiles(path));
    const theirs = askAboutFiles(paths, RSPAMD_VARIABLES);
    assertEquals(differences(paths, ours, theirs), []);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function answerWithFiles(path: string): Answer {
  const { root, problems } = readUcl(Deno.readTextFileSync(path), path, {
    readText(path) {
      try {
        return Deno.readTextFileSync(path);
      } catch {
        return undefined;
      }
    },
  });
  const [problem] = problems;
  return problem ? { error: problem.message } : { json: toJson(root) };
}
