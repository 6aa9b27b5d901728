import { assertEquals } from "@std/assert";
import { colouredLine } from "../../lib/log/human.ts";
import { journalLine } from "../../lib/log/journal.ts";
import { jsonLine } from "../../lib/log/json.ts";
import { lineLog } from "../../lib/log/line_log.ts";
import type { Log, LogEntry, LogLevel } from "../../lib/log/log.ts";
import { inRequest } from "../../lib/log/request.ts";

const now = () => new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
const TIME = "2026-01-02T03:04:05.678Z";

/** The lines that a log writes. */
function logged(
  least: LogLevel,
  use: (log: Log) => void,
  format?: (entry: LogEntry) => string,
): string[] {
  const lines: string[] = [];
  use(lineLog(least, (line) => lines.push(line), { now, format }));
  return lines;
}

Deno.test("a message is a line, and its facts can be told apart", () => {
  const lines = logged("debug", (log) => {
    log.info("ready", { url: "unix:/a", version: 1, list: [1, 2] });
    log.warn("odd", {
      text: "two words",
      empty: "",
      nothing: undefined,
      equals: "a=b",
      quote: 'a"b',
    });
    log.error("failed", { error: new TypeError("no\nway") });
    log.debug("bare");
  });
  assertEquals(lines, [
    `${TIME} info ready url=unix:/a version=1 list=[1,2]`,
    `${TIME} warn odd text="two words" empty="" equals="a=b" quote="a\\"b"`,
    `${TIME} error failed error="no\\nway"`,
    `${TIME} debug bare`,
  ]);
});

Deno.test("the same in colours, as JSON, and for the journal", () => {
  const say = (log: Log) =>
    log.warn("odd", { rule: "ONE", samples: { spam: 1, ham: 2 } });
  assertEquals(logged("info", say, colouredLine), [
    `\x1b[2m${TIME}\x1b[0m \x1b[33mwarn\x1b[0m odd` +
    ` \x1b[2mrule=\x1b[0mONE \x1b[2msamples=\x1b[0m"{\\"spam\\":1,\\"ham\\":2}"`,
  ]);
  const json = `{"time":"${TIME}","level":"warn","message":"odd",` +
    '"rule":"ONE","samples":{"spam":1,"ham":2}}';
  assertEquals(logged("info", say, jsonLine), [json]);
  assertEquals(logged("info", say, journalLine), [`<4>${json}`]);
});

Deno.test("the journal is told how important a message is", () => {
  const priorities = logged("debug", (log) => {
    log.error("");
    log.warn("");
    log.info("");
    log.debug("");
  }, journalLine).map((line) => line.slice(0, 3));
  assertEquals(priorities, ["<3>", "<4>", "<6>", "<7>"]);
});

Deno.test("what is less important than asked for is left out", () => {
  const levels: LogLevel[] = ["debug", "info", "warn", "error"];
  for (const [i, least] of levels.entries()) {
    const lines = logged(least, (log) => levels.forEach((at) => log[at](at)));
    assertEquals(lines.map((line) => line.split(" ")[2]), levels.slice(i));
  }
});

Deno.test("what is said because of a request has its id, also later", async () => {
  const lines: string[] = [];
  const log = lineLog("debug", (line) => lines.push(line), { now });
  const wait = () => new Promise((resolve) => setTimeout(resolve, 1));
  await Promise.all(["a", "b"].map((id) =>
    inRequest({ id }, async () => {
      log.info("at once");
      await wait();
      log.info("later", { by: id });
    })
  ));
  log.info("by itself");
  assertEquals(lines.map((line) => line.slice(TIME.length + 6)), [
    "at once request_id=a",
    "at once request_id=b",
    "later request_id=a by=a",
    "later request_id=b by=b",
    "by itself",
  ]);
});
