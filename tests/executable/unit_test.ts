import { assertEquals, assertMatch } from "@std/assert";
import { inFolder } from "../cli/neurald.ts";
import { run, SOURCES } from "./executable.ts";

const UNITS = ["neurald.service", "neurald-learn.service"];

/** Most that systemd may find wrong, of 100. */
const MOST_EXPOSURE = 15;

/** Where units expect the executable. */
const INSTALLED = "/usr/local/bin/neurald";

/** The oldest systemd that can judge a unit that is not installed. */
const OLDEST_SYSTEMD = 250;

/** Why units cannot be looked at. */
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
if (why) console.log(`skipped: the units: ${why}`);
const ignore = why !== undefined;

for (const name of UNITS) {
  const path = `${SOURCES}contrib/systemd/${name}`;

  Deno.test(
    `systemd finds no fault in ${name}`,
    { ignore },
    () =>
      inFolder(async (folder) => {
        // It has to name a program that is there.
        const unit = await Deno.readTextFile(path);
        const copy = `${folder}/${name}`;
        await Deno.writeTextFile(
          copy,
          unit.replace(INSTALLED, Deno.execPath()),
        );
        const { code, stderr } = await run("systemd-analyze", ["verify", copy]);
        // Other units of this host may have their faults.
        const faults = stderr.split("\n").filter((line) =>
          line.includes("neurald")
        );
        assertEquals([code, faults], [0, []]);
      }),
  );

  Deno.test(`${name} leaves an intruder little to do`, { ignore }, async () => {
    const threshold = `--threshold=${MOST_EXPOSURE}`;
    const args = ["security", "--offline=true", threshold, path];
    const { code, stdout } = await run("systemd-analyze", args);
    assertEquals(code, 0, stdout);
  });

  Deno.test(`${name} lets no memory be written when it crashes`, async () => {
    // Secrets are in it.
    assertMatch(await Deno.readTextFile(path), /^LimitCORE=0$/m);
  });
}
