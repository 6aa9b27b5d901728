import { assertEquals } from "@std/assert";
import { inFolder } from "../cli/neurald.ts";
import { run, SOURCES } from "./executable.ts";

const UNIT = `${SOURCES}contrib/systemd/neurald.service`;

/** Where the unit expects the executable. */
const INSTALLED = "/usr/local/bin/neurald";

/** Most that systemd may find wrong, of 100. */
const MOST_EXPOSURE = 15;

/** The oldest systemd that can judge a unit that is not installed. */
const OLDEST_SYSTEMD = 250;

/** Why the unit cannot be looked at. */
async function whyNoSystemd(): Promise<string | undefined> {
  try {
    const { stdout } = await run("systemd-analyze", ["--version"]);
    const version = Number(/^systemd (\d+)/.exec(stdout)?.[1]);
    if (version >= OLDEST_SYSTEMD) return undefined;
    return `systemd ${OLDEST_SYSTEMD} is needed, not ${version}`;
  } catch {
    return "there is no systemd-analyze";
  }
}

const why = await whyNoSystemd();
// deno-lint-ignore no-console
if (why) console.log(`skipped: the unit: ${why}`);
const ignore = why !== undefined;

Deno.test(
  "systemd finds no fault in the unit",
  { ignore },
  () =>
    inFolder(async (folder) => {
      // It has to name a program that is there.
      const unit = await Deno.readTextFile(UNIT);
      const copy = `${folder}/neurald.service`;
      await Deno.writeTextFile(copy, unit.replace(INSTALLED, Deno.execPath()));
      const { code, stderr } = await run("systemd-analyze", ["verify", copy]);
      // Other units of this host may have their faults.
      const faults = stderr.split("\n").filter((line) =>
        line.includes("neurald")
      );
      assertEquals([code, faults], [0, []]);
    }),
);

Deno.test("the unit leaves an intruder little to do", { ignore }, async () => {
  const threshold = `--threshold=${MOST_EXPOSURE}`;
  const args = ["security", "--offline=true", threshold, UNIT];
  const { code, stdout } = await run("systemd-analyze", args);
  assertEquals(code, 0, stdout);
});
