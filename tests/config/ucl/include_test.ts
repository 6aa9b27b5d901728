import { assert, assertEquals } from "@std/assert";

import { readUcl } from "../../../lib/config/ucl/read.ts";
import { type Json, toJson } from "../../../lib/config/ucl/value.ts";

type Files = Record<string, string | Error>;

/** Reads `/etc/main.conf`; only these files exist. */
function read(main: string, files: Files = {}, variables = {}) {
  const { root, problems } = readUcl(main, "/etc/main.conf", {
    variables,
    readText(path) {
      const text = files[path];
      if (text instanceof Error) throw text;
      return text;
    },
  });
  return {
    json: toJson(root),
    problems: problems.map(({ severity, at, message }) =>
      `${at.file}:${at.line}:${at.column} ${severity} ${message}`
    ),
  };
}

/** Reads what has no problems. */
function json(main: string, files: Files = {}, variables = {}) {
  const { json, problems } = read(main, files, variables);
  assertEquals(problems, []);
  return json;
}

Deno.test("an included file is looked for beside the including one", () => {
  const files = {
    "/etc/d/one.conf": '.include "two.conf"\none = 1',
    "/etc/d/two.conf": "two = 2",
    "/abs.conf": "{ three = $FILENAME; four = ${CURDIR}/x; }",
  };
  assertEquals(json('.include "d/one.conf"; s { .include /abs.conf }', files), {
    two: 2,
    one: 1,
    s: { three: "/abs.conf", four: "//x" },
  });
});

Deno.test("variables are rspamd's, and can be replaced", () => {
  const files = { "/etc/rspamd/a.conf": "a = 1", "/x/b.conf": "b = $NEW" };
  assertEquals(
    json(
      '.include "$CONFDIR/a.conf"\n.include "${DBDIR}/b.conf"\nc = $OTHER',
      files,
      { DBDIR: "/x", NEW: "value" },
    ),
    { a: 1, b: "value", c: "$OTHER" },
  );
});

Deno.test("priority and duplicate decide between two values", () => {
  const include = (parameters: string, other: string) =>
    json(`a = 1; s { x = 1; y = 1 }\n.include(${parameters}) "o"`, {
      "/etc/o": other,
    });
  const other = "a = 2; s { y = 2; z = 2 }";
  const both: Json = { a: [1, 2], s: [{ x: 1, y: 1 }, { y: 2, z: 2 }] };
  const replaced = { a: 2, s: { y: 2, z: 2 } };
  assertEquals(include("", other), both);
  assertEquals(include("priority=0", other), both);
  assertEquals(include("priority=1; try=no", other), replaced);
  assertEquals(include("duplicate=rewrite", other), replaced);
  assertEquals(include("duplicate=merge,priority=1", other), {
    a: 2,
    s: { x: 1, y: 2, z: 2 },
  });
  assertEquals(include("duplicate=merge", other), {
    a: [1, 2],
    s: { x: 1, y: [1, 2], z: 2 },
  });
  assertEquals(
    json('.include(priority=2) "o"\na = 3', { "/etc/o": "a = 2" }),
    { a: 2 },
  );
  assertEquals(json('a = 1; .include "o"', { "/etc/o": "# nothing" }), {
    a: 1,
  });
});

Deno.test("a merge that cannot be is an error that names both places", () => {
  const files = { "/etc/o": "\na = 2; s = [2];" };
  assertEquals(
    read('a = 1;\n.include(duplicate=error) "o"', files).problems,
    [
      "/etc/o:2:1 error given again, which duplicate=error forbids; first at " +
      "/etc/main.conf:1 (included from /etc/main.conf:2)",
    ],
  );
  assertEquals(
    read('s { x = 1 }\n.include(duplicate=merge) "o"', files).problems,
    [
      "/etc/o:2:12 error a section cannot be merged with an array; first at " +
      "/etc/main.conf:1 (included from /etc/main.conf:2)",
    ],
  );
});

Deno.test("a missing file is an error unless it is optional", () => {
  assertEquals(read('\n .include "none.conf"').problems, [
    '/etc/main.conf:2:2 error cannot include "/etc/none.conf": there is no ' +
    "such file",
  ]);
  assertEquals(json('.include(try=true) "none.conf"\na = 1'), { a: 1 });
  assertEquals(read('.include ""').problems, [
    '/etc/main.conf:1:1 error cannot include "": the name of the file is ' +
    "missing",
  ]);
});

Deno.test("what is not a file is named as it is written", () => {
  assertEquals(read('.include "http://x//y"').problems, [
    '/etc/main.conf:1:1 error cannot read "http://x//y": neurald includes ' +
    "files, and fetches nothing",
  ]);
});

Deno.test("a file that cannot be read is never passed over in silence", () => {
  const files = { "/etc/o": new Error("permission denied") };
  assertEquals(read('.include "o"', files).problems, [
    '/etc/main.conf:1:1 error cannot read "/etc/o": permission denied',
  ]);
  assertEquals(read('.include(try=true) "o"', files).problems, [
    '/etc/main.conf:1:1 warning cannot read "/etc/o": permission denied; it ' +
    "is passed over because of try=true",
  ]);
});

Deno.test("what is wrong in an included file is told with both places", () => {
  const files = {
    "/etc/o": "a = 1\nb = ;\nc = {",
    "/etc/p": "}",
    "/etc/q": "[",
  };
  const { json, problems } = read(
    's {\n.include "o"\n}\nd = 2\nt {\n.include "p"\n.include "q"\n}',
    files,
  );
  assertEquals(problems, [
    '/etc/o:2:5 error a value is missing; write "" for an empty text ' +
    "(included from /etc/main.conf:2)",
    "/etc/o:3:5 error this bracket is never closed " +
    "(included from /etc/main.conf:2)",
    "/etc/p:1:1 error } closes nothing that is open " +
    "(included from /etc/main.conf:6)",
    "/etc/q:1:1 error an included file holds keys, not an array " +
    "(included from /etc/main.conf:7)",
  ]);
  assertEquals(json, { s: { a: 1, b: null, c: {} }, d: 2, t: {} });
});

Deno.test("files that include each other are told with the whole way", () => {
  const files = {
    "/etc/one": '\n.include "two"',
    "/etc/two": '.include "./one"',
  };
  assertEquals(read('.include "one"', files).problems, [
    '/etc/two:1:1 error cannot include "./one": the files include each other ' +
    "in a circle: /etc/one:2 → /etc/two:1 → /etc/one",
  ]);
  assertEquals(read('.include "main.conf"').problems.length, 1);
});

Deno.test("how deep and how often files include is bounded", () => {
  const chain: Files = {};
  for (let i = 0; i < 100; i++) chain[`/etc/${i}`] = `.include "${i + 1}"`;
  assertEquals(read('\n.include "0"', chain).problems, [
    '/etc/14:1:1 error cannot include "15": files include each other more ' +
    "than 16 deep, beginning at /etc/main.conf:2",
  ]);
  const { problems } = read('.include "o"\n'.repeat(300), { "/etc/o": "" });
  assertEquals(problems.length, 300 - 256);
  const twice = (i: number) => `.include "${i}"\n.include "${i}"`;
  const tree: Files = {};
  for (let i = 0; i < 14; i++) tree[`/etc/${i}`] = twice(i + 1);
  const bushy = read(twice(0), tree).problems;
  assert(bushy.some((problem) => problem.includes("more than 256 files")));
});

Deno.test("the length of all files together is bounded", () => {
  const files = { "/etc/o": "# comment\n".repeat(100_000), "/etc/p": "x = 1" };
  const main = '.include "o"\n'.repeat(5) + '.include "p"';
  const { problems, json } = read(main, files);
  assertEquals(problems.map((problem) => problem.slice(0, 53)), [
    "/etc/main.conf:5:1 error /etc/o is too long: all incl",
    "/etc/main.conf:6:1 error /etc/p is too long: all incl",
  ]);
  assertEquals(json, {});
});

Deno.test("other macros and parameters are errors that say what there is", () => {
  const supported = "supported is " +
    ".include(try=true; priority=0…15; duplicate=append|merge|rewrite|error) " +
    '"FILE"';
  const cases: [string, string][] = [
    ['.try_include "x"', "1:1 there is no macro .try_include in neurald"],
    [".priority 5", "1:1 there is no macro .priority in neurald"],
    ['.load(key=a) "x"', "1:1 there is no macro .load in neurald"],
    [".lua {\n x({ {} })\n}", "1:1 there is no macro .lua in neurald"],
    [
      '.include(glob=true) "*"',
      '1:10 .include has no parameter "glob" in neurald',
    ],
    ['.include(try=1) "x"', "1:10 .include(try) is true or false"],
    [
      '.include(try=true,\n priority=16) "x"',
      "2:2 .include(priority) is a whole number from 0 to 15",
    ],
    [
      '.include(try=true; duplicate=mrege) "x"',
      "1:20 .include(duplicate) is one of append, merge, rewrite, error",
    ],
  ];
  for (const [text, expected] of cases) {
    const { json, problems } = read(`${text}\na = 1`, {
      "/etc/x": "",
      "/etc/*": "",
    });
    const [place, ...message] = expected.split(" ");
    assertEquals(
      problems,
      [`/etc/main.conf:${place} error ${message.join(" ")}; ${supported}`],
    );
    assertEquals(json, { a: 1 }, text);
  }
  assertEquals(read(". = 1").problems.length, 1);
  assertEquals(read(".include(").problems, [
    "/etc/main.conf:1:9 error this parenthesis is never closed",
  ]);
});
