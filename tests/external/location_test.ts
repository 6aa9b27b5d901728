import { assertEquals } from "@std/assert";
import {
  beside,
  modelLocation,
  parseLocation,
  shownLocation,
} from "../../lib/external/location.ts";

Deno.test("what says where a model is", () => {
  const cases: [string, string | undefined][] = [
    ["/srv/a b#c.rnm", "file:///srv/a%20b%23c.rnm"],
    ["file:///srv/x", "file:///srv/x"],
    ["file://localhost/srv/x", "file:///srv/x"],
    ["file://elsewhere/srv/x", undefined],
    ["https://host/x?y#z", "https://host/x?y#z"],
    ["http://host", "http://host/"],
    ["ftp://host/x", undefined],
    ["data:text/plain,x", undefined],
    ["host/x", undefined],
    ["https://", undefined],
    ["", undefined],
  ];
  for (const [text, expected] of cases) {
    assertEquals(parseLocation(text)?.href, expected, text);
  }
});

Deno.test("models are named by the digest of the providers", () => {
  for (const base of ["https://h/models", "https://h/models///"]) {
    assertEquals(
      modelLocation(new URL(base), "00ff").href,
      "https://h/models/00ff",
    );
  }
  assertEquals(modelLocation(new URL("https://h"), "a").href, "https://h/a");
  assertEquals(
    modelLocation(new URL("https://h/m?t=1"), "a").href,
    "https://h/m/a?t=1",
  );
});

Deno.test("a signature is beside its file", () => {
  assertEquals(
    beside(new URL("https://u:p@h/m.rnm?t=1"), ".sig").href,
    "https://u:p@h/m.rnm.sig?t=1",
  );
});

Deno.test("secrets are not told", () => {
  assertEquals(
    shownLocation(new URL("https://user:secret@h/m?token=secret#x")),
    "https://h/m?...",
  );
  assertEquals(shownLocation(new URL("file:///m")), "file:///m");
});
