import { assert, assertEquals, assertMatch } from "@std/assert";

import { configToJson } from "../../lib/config/show.ts";
import { defaultConfig } from "../../lib/config/load.ts";
import { levelsOf, listOptions } from "../../lib/config/options.ts";
import { load, loadUsable, placesOf } from "./loading.ts";

/** Values that an option of each kind refuses, by how it is described. */
const WRONG: [RegExp, string[]][] = [
  [/^true or false$/, ['"yes"', "1", "[]", "{}", "maybe"]],
  [
    /^a whole number/,
    ["1.5", "many", '"5"', "true", "{}", "[5]", "nan", "inf", "2d", "1e300"],
  ],
  [/^a number/, ["many", '"5"', "true", "{}", "[5]", "nan", "inf", "5x"]],
  [/^a (whole )?number.* (from|at least) [01]/, ["-0.5", "-3"]],
  [/^a (whole )?number.* from 0 to 1$/, ["1.01", "2"]],
  [/^a number above 0$/, ["0", "-1"]],
  [/^a duration/, ["soon", "-1", "true", "[1]", "{}", "5x", '""', "nan"]],
  [/^a (text|name)$/, ["true", "[x]", "{}", "007"]],
  [/^a name$/, ['""', '"a\\nb"']],
  [/^(a name or a list of names|"all" or)/, [
    "true",
    "[true]",
    "[[x]]",
    "[null]",
  ]],
  [/^a list of numbers/, ["x", "[1, x]", "[0]", "{}"]],
  [/^a section of lists/, ["x", "[x]", "{ a = true }", "{ a = [5.0] }"]],
  [/^a list of sections/, ["x", "{}", "[x]", "[{}]", "[{ type = 5 }]"]],
  [/^an address/, ["x", '"1.2.3.4"', '"h:99999"', '"unix:"', '"unix:x"', "5"]],
  [/^a URL/, ["x", '"ftp://x"', '"http://"', "5", "true"]],
  [/^an absolute path, or a URL/, ["x", '"ftp://h/x"', "x/y", "true", "[]"]],
  [/^an Ed25519 public key/, ["x", "7", `"${"l".repeat(52)}"`, "[]"]],
  [/^interpolate$/, ["average", "1", "true", "[]"]],
  [/^permissions/, ['"rw"', "0660", "999", "true", "[]", "{}"]],
  [/^a section of tokens/, [
    "x",
    "[x]",
    "{ A = x }",
    "{ A { } }",
    "{ A { hash = x; access = read } }",
  ]],
  [/^a store/, ["x", '"sqlite:"', '"redis://"', '"http://x"', "true"]],
  [/^(?!true)\w+(, \w+)* or \w+$/, ['"other"', "7", "true", "[]", "{}"]],
];

/** Writes an option at its place in a file. */
function fileWith(path: string, value: string): string {
  const keys = path.split(".");
  const name = keys.pop();
  // A guard is nothing without one of these.
  const isPart = path.includes(".guards.") &&
    !["url", "condition"].includes(name!);
  return keys.map((key) => `${key} {\n`).join("") + `${name} = ${value}\n` +
    (isPart ? "condition = A\n" : "") + "}\n".repeat(keys.length);
}

Deno.test("every option is described", () => {
  const options = listOptions();
  assert(options.length > 100);
  for (const { path, description, expects } of options) {
    assertMatch(
      path,
      /^((rules|neurald\.guards)\.NAME\.)?[a-z_]+(\.[a-z_]+)*$|conv1d$/,
    );
    assertMatch(description, /^[^\n]{5,72}$/);
    assert(!description.endsWith("."), path);
    assert(expects.length > 0);
  }
  assertEquals(new Set(options.map(({ path }) => path)).size, options.length);
});

Deno.test("every option refuses what is of another type, with its place", () => {
  for (const { path, expects } of listOptions()) {
    // Anything that is no boolean counts as true there.
    if (path === "rules.NAME.default") continue;
    const values = WRONG.filter(([kind]) => kind.test(expects))
      .flatMap(([, values]) => values);
    assert(values.length > 0 || expects === "a value", expects);
    const keys = path.split(".");
    const column = keys[keys.length - 1].length + " = ".length + 1;
    for (const value of values) {
      const text = fileWith(path, value);
      const errors = load(text).problems.filter(({ severity }) =>
        severity === "error"
      );
      const [place, ...others] = placesOf(errors);
      assertEquals(others, [], text);
      // Of a list or section it may be an item that is wrong.
      const exactly = /^[[{]/.test(value) ? "\\d+" : column;
      const expected =
        `^neural\\.conf:${keys.length}:${exactly} error ${path}$`;
      assertMatch(place ?? "none", new RegExp(expected), text);
    }
  }
});

Deno.test("every option is shown with its default, which loads", () => {
  const shown = configToJson(defaultConfig());
  for (const { path } of listOptions()) {
    // Of guards there is none by default.
    if (path === "blacklisted_symbols" || path.includes(".guards.")) continue;
    const { value, source } = shown[path.replace("NAME", "default")];
    assertEquals(source, "default", path);
    if (value === null) continue;
    const loaded = loadUsable(fileWith(path, JSON.stringify(value)));
    assertEquals(configToJson(loaded)[path].value, value, path);
  }
});

Deno.test("every option that has no effect says so once it is given", () => {
  for (const { path, noEffect, default: value } of listOptions()) {
    if (!noEffect || value === undefined) continue;
    if (path.endsWith("architecture") || path.endsWith("providers")) continue;
    const text = fileWith(path, JSON.stringify(value));
    const warnings = load(text).problems;
    assertEquals(
      warnings.map(({ severity, key }) => [severity, key]),
      [["warning", path]],
    );
  }
});

Deno.test("what a type takes besides its plain form", () => {
  const cases: [string, string, unknown][] = [
    ["rules.r.train.max_trains", "1k", 1000],
    ["rules.r.train.max_trains", "1k ", 1000],
    ["rules.r.train.max_trains", "0x10", 16],
    ["rules.r.train.max_trains", "1e3", 1000],
    ["rules.r.train.learning_rate", "1e-4", 0.0001],
    ["rules.r.watch_interval", "100ms", 0.1],
    ["rules.r.watch_interval", '"100ms"', 0.1],
    ["rules.r.watch_interval", "1.5h", 5400],
    ["rules.r.watch_interval", '"90"', 90],
    ["rules.r.ann_expire", "2w", 14 * 86_400],
    ["rules.r.ann_expire", "1y", 365 * 86_400],
    ["rules.r.ann_expire", "3D ", 3 * 86_400],
    ["rules.r.allowed_settings", "one", ["one"]],
    ["rules.r.allowed_settings", "[1, two]", ["1", "two"]],
    ["rules.r.blacklisted_symbols", "{ A = 1, B {} }", ["A", "B"]],
    ["rules.r.prefix", "17", "17"],
    ["redis.password", "12345", "***"],
    ["redis.db", "3", "3"],
    ["neurald.body_limit", "4kb", 4096],
    ["neurald.metatoken_version", "1", 1],
    ["neurald.listen", '"[::1]:0"', "[::1]:0"],
  ];
  for (const [path, spelling, value] of cases) {
    const shown = configToJson(loadUsable(fileWith(path, spelling)));
    assertEquals(shown[path].value, value, `${path} = ${spelling}`);
    assertMatch(shown[path].source, /^neural\.conf:\d+:\d+$/);
  }
});

Deno.test("other names of an option", () => {
  const shown = configToJson(loadUsable(
    'train { max_train = 7 } dbname = 4; server = "s"; ' +
      "autolearn { check_local = yes }",
  ));
  assertEquals(shown["rules.default.train.max_trains"].value, 7);
  assertEquals(shown["redis.db"].value, "4");
  assertEquals(shown["redis.servers"].value, ["s"]);
  assertEquals(shown["rules.default.autolearn.exclude_local"].value, true);
});

Deno.test("where a name belongs", () => {
  assertEquals(levelsOf("max_pool"), ["in neurald { }"]);
  assertEquals(levelsOf("prefix"), [
    "at the top level",
    "in a rule: in rules { NAME { } } or, without rules, at the top level",
  ]);
  assertEquals(levelsOf("max_train"), ["in train { }"]);
  assertEquals(levelsOf("nothing"), []);
});
