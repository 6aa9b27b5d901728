import { assertEquals } from "@std/assert";
import { findUnit, hasSystemd } from "../../../lib/cli/doctor/unit.ts";
import { inFolder } from "../neurald.ts";

const UNIT = new URL(
  "../../../contrib/systemd/neurald.service",
  import.meta.url,
);

Deno.test("the unit that is shipped is read, and what changes it", () =>
  inFolder(async (folder) => {
    const root = `${folder}/`;
    assertEquals(findUnit(root), undefined);
    assertEquals(hasSystemd(root), false);
    const path = `${root}usr/lib/systemd/system/neurald.service`;
    await Deno.mkdir(`${root}usr/lib/systemd/system`, { recursive: true });
    await Deno.mkdir(`${root}run/systemd/system`, { recursive: true });
    const text = await Deno.readTextFile(UNIT);
    await Deno.writeTextFile(path, text);
    const shipped = {
      path,
      text,
      dropIns: [],
      isEnabled: false,
      isActive: false,
      configFile: "/etc/neurald/neurald.conf",
      stateFolder: `${root}var/lib/neurald`,
      user: "neurald",
      mostFiles: 65_536,
    };
    assertEquals(findUnit(root), shipped);
    assertEquals(hasSystemd(root), true);
    const dropIn = `${root}etc/systemd/system/neurald.service.d/override.conf`;
    await Deno.mkdir(dropIn.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(
      dropIn,
      "[Service]\nUser=mail\nLimitNOFILE=512\nExecStart=\n" +
        'ExecStart=/opt/neurald serve --config="/etc/mail/neural.conf"\n',
    );
    assertEquals(findUnit(root), {
      ...shipped,
      dropIns: [dropIn],
      configFile: "/etc/mail/neural.conf",
      user: "mail",
      mostFiles: 512,
    });
  }));
