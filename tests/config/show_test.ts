import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";

import { defaultConfig, parseConfig } from "../../lib/config/load.ts";
import { configToJson, renderConfig } from "../../lib/config/show.ts";
import {
  ALL_SETTINGS,
  ENABLED,
  FULL,
  LONG_AND_SHORT,
  SHIPPED,
  SIMPLE,
  SOME_SETTINGS,
} from "./examples.ts";
import { loadUsable, meaningOf } from "./loading.ts";

/** What is shown of a text loads to the same configuration. */
function assertRoundTrip(text: string): void {
  const loaded = loadUsable(text);
  const again = loadUsable(renderConfig(loaded));
  assertEquals(meaningOf(again.config), meaningOf(loaded.config));
}

Deno.test("what is shown loads to the same configuration", () => {
  const examples = [
    ...["", ENABLED, SIMPLE, LONG_AND_SHORT, ALL_SETTINGS, SOME_SETTINGS],
    ...[SHIPPED, FULL.replace(":secret@", "")],
    'providers = [{ type = llm; model = "m"; n = 1.5; big = 1e20 }]; ' +
    "attention { heads = 4 } layers = [0.5, 0.25]; train { spam_score = 1e20 }",
  ];
  for (const example of examples) assertRoundTrip(example);
});

Deno.test("whatever the names and numbers are", () => {
  const name = fc.string({ minLength: 1, unit: "binary" }).filter((text) =>
    !/\p{Cc}/u.test(text)
  );
  const quoted = name.map((text) =>
    JSON.stringify(text).replaceAll("$", "\\u0024")
  );
  const seconds = fc.double({ min: 1, max: 1e300, noNaN: true });
  fc.assert(
    fc.property(
      fc.uniqueArray(quoted, { minLength: 1, maxLength: 3 }),
      fc.array(quoted),
      quoted,
      seconds,
      (keys, symbols, prefix, seconds) => {
        const rules = keys.map((key) =>
          `${key} { profile { ${key} = [${symbols}] } allowed_settings = ${key};
          ann_expire = ${seconds.toExponential()} }`
        );
        assertRoundTrip(`prefix = ${prefix}; rules { ${rules.join("\n")} }`);
      },
    ),
  );
});

Deno.test("each line says where its value came from", () => {
  const lines = renderConfig(loadUsable(
    "max_profiles = 4; .include 'x'\ntrain {\n  max_trains = 2k }",
    { "'x'": "blacklisted_symbols = [B, A]; " },
  )).split("\n");
  assertEquals(lines.slice(0, 4), [
    "enabled = true; # default",
    'prefix = "rn"; # default',
    "max_profiles = 4; # neural.conf:1:16",
    "allow_local = false; # default",
  ]);
  const expected = [
    '  "default" {',
    '    prefix = "default"; # default',
    "      max_trains = 2000; # neural.conf:3:16",
    "    # max_inputs is not set",
    '    blacklisted_symbols = ["B", "A"]; # \'x\':1:23',
  ];
  for (const line of expected) {
    assertEquals(lines.filter((other) => other === line), [line]);
  }
});

Deno.test("the name of a file cannot break the text", () => {
  const file = "neural\nenabled = yes";
  const loaded = parseConfig("enabled = no", file);
  assert(loaded.config);
  assertEquals(
    renderConfig(loaded).split("\n")[0],
    "enabled = false; # neural?enabled = yes:1:11",
  );
});

Deno.test("secrets are hidden", () => {
  const loaded = loadUsable(`
    password = "hunter2"; sentinel_password = 1234; username = "me";
    neurald { store = "redis://user:hunter@2@host:6379/1" }
    external_model { url = "https://u:hunter2@host/x" }
    providers = [{ type = llm; api_key = hunter2; opts { token = hunter2 } }]
  `);
  const text = renderConfig(loaded);
  const shown = configToJson(loaded);
  assertEquals(/hunter|1234/.test(text + JSON.stringify(shown)), false);
  assertStringIncludes(text, 'username = "me";');
  assertStringIncludes(text, 'password = "***";');
  assertStringIncludes(text, 'store = "redis://user:***@host:6379/1";');
  assertStringIncludes(text, 'url = "https://u:***@host/x";');
  assertEquals(shown["rules.default.providers"].value, [
    { type: "llm", api_key: "***", opts: { token: "***" } },
  ]);
});

Deno.test("the same as plain data", () => {
  const shown = configToJson(defaultConfig());
  assertEquals(shown["neurald.listen"], {
    value: "127.0.0.1:11336",
    source: "default",
  });
  assertEquals(shown["neurald.store"], { value: null, source: "default" });
  assertEquals(JSON.parse(JSON.stringify(shown)), shown);
});
