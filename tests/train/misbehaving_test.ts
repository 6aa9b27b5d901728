import { assert, assertStringIncludes } from "@std/assert";
import type { Outcome } from "./misbehaving.ts";

/** What a worker does, by its seed, and what is said of it. */
const CASES = [
  { does: "throws", seed: 1, said: "crashed: Uncaught Error: out of order" },
  { does: "hangs", seed: 2, said: "longer than 2 s" },
  { does: "fills its heap", seed: 3, said: "more than 0.3 GiB" },
  { does: "fills the memory with arrays", seed: 4, said: "0.3 GiB" },
];

for (const { does, seed, said } of CASES) {
  Deno.test(`a training whose worker ${does} fails, and nothing else`, async () => {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--no-check", "--allow-all"],
        new URL("./misbehaving.ts", import.meta.url).pathname,
        String(seed),
      ],
      stderr: "null",
    }).output();
    const outcome: Outcome = JSON.parse(new TextDecoder().decode(stdout));
    const { message, turns, lost, next } = outcome;
    assertStringIncludes(message, said);
    assert(next > 0);
    if (seed === 1) return assert(lost === undefined, lost);
    assert(turns > 5, `${turns} turns`);
    assertStringIncludes(lost ?? "", "goes on 0.5 s after it was ended");
  });
}
