import { assertEquals } from "@std/assert";
import { logBy, type LogFields } from "../../lib/log/log.ts";
import { boundRepeats } from "../../lib/log/repeats.ts";
import { inRequest } from "../../lib/log/request.ts";

/** A bounded log with a clock to turn, and what it passes on. */
function recording() {
  const told: [level: string, message: string, fields: LogFields][] = [];
  const clock = { ms: 0 };
  const log = boundRepeats(
    logBy((level, message, fields = {}) => told.push([level, message, fields])),
    () => clock.ms,
  );
  return { told, clock, log };
}

Deno.test("what is said over and over is counted, with its requests", () => {
  const { told, clock, log } = recording();
  for (let i = 0; i < 1000; i++) {
    inRequest({ id: `r${i}` }, () => log.warn("it failed", { i }));
  }
  assertEquals(told.length, 10);
  assertEquals(told.at(-1), ["warn", "it failed", { i: 9 }]);
  clock.ms = 60_000;
  log.warn("it failed", { i: 1000 });
  assertEquals(told.length, 12);
  const ids = Array.from({ length: 20 }, (_, i) => `r${10 + i}`);
  assertEquals(told[10], ["warn", "it failed", {
    more_like_this: 990,
    request_ids: ids,
  }]);
  assertEquals(told[11], ["warn", "it failed", { i: 1000 }]);
  log[Symbol.dispose]();
  assertEquals(told.length, 12);
});

Deno.test("other levels, messages and subjects are counted by themselves", () => {
  const { told, log } = recording();
  for (let i = 0; i < 11; i++) {
    log.warn("it failed", { rule: "A" });
    log.warn("it failed", { rule: "B" });
    log.error("it failed", { rule: "A" });
    log.warn("it broke", { rule: "A" });
  }
  assertEquals(told.length, 40);
  log[Symbol.dispose]();
  assertEquals(told.slice(40), [
    ["warn", "it failed", { rule: "A", more_like_this: 1 }],
    ["warn", "it failed", { rule: "B", more_like_this: 1 }],
    ["error", "it failed", { rule: "A", more_like_this: 1 }],
    ["warn", "it broke", { rule: "A", more_like_this: 1 }],
  ]);
});

Deno.test("all is told to who debugs, and subjects without end have none", () => {
  const { told, log } = recording();
  for (let i = 0; i < 100; i++) log.debug("it was done");
  assertEquals(told.length, 100);
  for (let i = 0; i < 2000; i++) log.warn("it came", { series: `s${i}` });
  assertEquals(told.length, 2100);
  log[Symbol.dispose]();
  assertEquals(told.length, 2100);
});
