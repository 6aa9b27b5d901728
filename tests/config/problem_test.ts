import { assert, assertEquals } from "@std/assert";

import { formatProblems, ProblemList } from "../../lib/config/problem.ts";

const at = (file: string, line: number, column: number) => ({
  file,
  line,
  column,
});

Deno.test("problems are sorted by place, file by file, each told once", () => {
  const list = new ProblemList();
  list.add("warning", at("b", 2, 1), "x", "late");
  list.add("error", at("a", 1, 1), "", "other file");
  list.add("warning", at("b", 1, 5), "y.z", "early");
  list.add("warning", at("b", 1, 5), "y.z", "early");
  assertEquals(
    formatProblems(list.sorted()),
    "b:1:5: warning: y.z: early\n" +
      "b:2:1: warning: x: late\n" +
      "a:1:1: error: other file\n",
  );
  assert(list.hasErrors);
});

Deno.test("a problem is one line, whatever the file holds", () => {
  const list = new ProblemList();
  list.add("warning", at("a", 1, 1), "k\n\x1b[31m", `${"x".repeat(1e6)}\n`);
  const [{ key, message }] = list.sorted();
  assertEquals(key, "k??[31m");
  list.add("warning", at("b\n\x1b", 1, 1), "", "wrong");
  assertEquals(
    formatProblems(list.sorted().slice(1)),
    "b??:1:1: warning: wrong\n",
  );
  assertEquals(message.length, 501);
  assert(!list.hasErrors);
});

Deno.test("of too many problems the number is told", () => {
  const list = new ProblemList();
  for (let line = 1; line <= 1005; line++) {
    list.add("warning", at("a", line, 1), "", "wrong");
  }
  assert(list.isFull);
  assert(list.hasErrors);
  const problems = list.sorted();
  assertEquals(problems.length, 1001);
  assertEquals(problems[1000].message, "and 5 more problems");
  assertEquals(problems[1000].severity, "error");
});
