import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";

import type { Config } from "../../lib/config/config.ts";
import { renderConfig } from "../../lib/config/show.ts";
import { formatProblems } from "../../lib/config/problem.ts";
import {
  CLICKHOUSE_COLUMNS,
  ENABLED,
  FULL,
  LONG_AND_SHORT,
  SHIPPED,
  SIMPLE,
  SOME_SETTINGS,
  SYMBOL_SCORES,
} from "./examples.ts";
import { load, meaningOf } from "./loading.ts";

const ORIGINALS = [
  ...[CLICKHOUSE_COLUMNS, ENABLED, FULL, LONG_AND_SHORT, SHIPPED, SIMPLE],
  ...[SOME_SETTINGS, SYMBOL_SCORES],
];

/** One change to the bytes of a file. */
type Mutation = (bytes: number[]) => number[];

const position = fc.nat();

const flip = fc.tuple(position, fc.nat({ max: 7 })).map(
  ([at, bit]): Mutation => (bytes) =>
    bytes.map((byte, i) => i === at % bytes.length ? byte ^ (1 << bit) : byte),
);
const truncate = position.map((at): Mutation => (bytes) =>
  bytes.slice(0, at % (bytes.length + 1))
);
const remove = fc.tuple(position, fc.nat({ max: 40 })).map(
  ([at, length]): Mutation => (bytes) =>
    bytes.toSpliced(at % (bytes.length + 1), length),
);
const duplicate = fc.tuple(position, fc.nat({ max: 200 }), position).map(
  ([from, length, to]): Mutation => (bytes) => {
    const start = from % (bytes.length + 1);
    const copy = bytes.slice(start, start + length);
    return bytes.toSpliced(to % (bytes.length + 1), 0, ...copy);
  },
);

const mutated = fc.tuple(
  fc.constantFrom(...ORIGINALS),
  fc.array(fc.oneof(flip, truncate, remove, duplicate), {
    minLength: 1,
    maxLength: 4,
  }),
).map(([text, mutations]) => {
  const bytes = [...new TextEncoder().encode(text)];
  const changed = mutations.reduce((bytes, mutate) => mutate(bytes), bytes);
  return new TextDecoder().decode(Uint8Array.from(changed));
});

/** Secrets are not shown, so they do not come back. */
function withoutSecrets(config: Config): Config {
  const { redis, neurald } = config;
  return {
    ...config,
    redis: { ...redis, password: undefined, sentinelPassword: undefined },
    neurald: { ...neurald, store: undefined },
  };
}

Deno.test("a damaged configuration is a configuration or has problems", () => {
  let usable = 0;
  let unusable = 0;
  const property = fc.property(mutated, mutated, (main, local) => {
    const files = { "/etc/rspamd/local.d/neural.conf": local };
    const { config, problems, origins } = load(main, files);
    const lines = {
      "neural.conf": main.split("\n"),
      "/etc/rspamd/local.d/neural.conf": local.split("\n"),
    };
    for (const { file, line, column, message } of problems) {
      const text = lines[file as keyof typeof lines]?.[line - 1];
      assert(text !== undefined, `${file}:${line}`);
      assert(column >= 1 && column <= text.length + 1, `${line}:${column}`);
      assert(message !== "" && !message.includes("\n"), message);
    }
    const hasError = problems.some(({ severity }) => severity === "error");
    assert(hasError === (config === undefined), formatProblems(problems));
    if (!config) {
      unusable++;
      return;
    }
    usable++;
    const shown = load(renderConfig({ config, problems, origins })).config;
    assertEquals(
      shown && meaningOf(withoutSecrets(shown)),
      meaningOf(withoutSecrets(config)),
    );
  });
  fc.assert(property, {
    numRuns: 10_000,
    interruptAfterTimeLimit: 60_000,
    markInterruptAsFailure: true,
  });
  assert(usable > 50 && unusable > 500, `${usable} usable, ${unusable} not`);
});
