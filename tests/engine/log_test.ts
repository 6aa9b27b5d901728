import { assertEquals } from "@std/assert";
import { lineLog, type LogLevel } from "../../lib/engine/log.ts";

const now = () => new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678));

/** The lines that a log writes. */
function logged(
  least: LogLevel,
  use: (log: ReturnType<typeof lineLog>) => void,
): string[] {
  const lines: string[] = [];
  use(lineLog(least, (line) => lines.push(line), now));
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
  const time = "2026-01-02T03:04:05.678Z";
  assertEquals(lines, [
    `${time} info ready url=unix:/a version=1 list=[1,2]`,
    `${time} warn odd text="two words" empty="" nothing=undefined equals="a=b" quote="a\\"b"`,
    `${time} error failed error="no\\nway"`,
    `${time} debug bare`,
  ]);
});

Deno.test("what is less important than asked for is left out", () => {
  const levels: LogLevel[] = ["debug", "info", "warn", "error"];
  for (const [i, least] of levels.entries()) {
    const lines = logged(least, (log) => levels.forEach((at) => log[at](at)));
    assertEquals(lines.map((line) => line.split(" ")[2]), levels.slice(i));
  }
});
