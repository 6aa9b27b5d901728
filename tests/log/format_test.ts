import { assertEquals } from "@std/assert";
import { fittingFormat, formatter } from "../../lib/log/format.ts";
import { colouredLine, humanLine } from "../../lib/log/human.ts";
import { isJournal } from "../../lib/log/journal.ts";

const PIPE = { isTerminal: false, isJournal: false, hasColours: true };
const TERMINAL = { ...PIPE, isTerminal: true };

Deno.test("the form fits where the lines go, unless one is named", () => {
  assertEquals(fittingFormat("auto", TERMINAL), "human");
  assertEquals(fittingFormat("auto", { ...PIPE, isJournal: true }), "journal");
  assertEquals(fittingFormat("auto", PIPE), "json");
  assertEquals(fittingFormat("json", TERMINAL), "json");
});

Deno.test("colours are for terminals, and for who wants them", () => {
  assertEquals(formatter("auto", TERMINAL), colouredLine);
  const plain = { ...TERMINAL, hasColours: false };
  assertEquals(formatter("auto", plain), humanLine);
  assertEquals(formatter("human", PIPE), humanLine);
});

Deno.test("the journal is known by device and inode", () => {
  assertEquals(isJournal("8:12", { dev: 8, ino: 12 }), true);
  assertEquals(isJournal("8:13", { dev: 8, ino: 12 }), false);
  assertEquals(isJournal(undefined, { dev: 8, ino: 12 }), false);
});
