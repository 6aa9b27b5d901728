/**
 * The systemd unit, as its files tell: neurald starts no programs.
 *
 * @module
 */

import { isThere } from "./reachable.ts";

const NAME = "neurald.service";

/** Where units are, the first that is there counts (systemd.unit(5)). */
const FOLDERS = [
  "etc/systemd/system",
  "run/systemd/system",
  "usr/local/lib/systemd/system",
  "usr/lib/systemd/system",
  "lib/systemd/system",
];

/** A unit that is installed. */
export interface Unit {
  path: string;
  text: string;
  /** Files that change it (`systemctl edit`). */
  dropIns: string[];
  /** Whether it starts with the system. */
  isEnabled: boolean;
  /** Whether it runs now. */
  isActive: boolean;
  /** The configuration that it starts neurald with, if any. */
  configFile?: string;
  /** The store that is used where the configuration names none. */
  stateFolder?: string;
  /** As whom it runs. */
  user?: string;
  /** How many files and connections it may have open; absent by default. */
  mostFiles?: number;
}

/** Finds the unit; nothing where it is not installed, or cannot be read. */
export function findUnit(root: string): Unit | undefined {
  for (const folder of FOLDERS) {
    const path = `${root}${folder}/${NAME}`;
    const text = readIfThere(path);
    if (text === undefined) continue;
    const dropIns = dropInsOf(root);
    const all = [text, ...dropIns.map((file) => readIfThere(file) ?? "")];
    const setting = (name: string) => lastSetting(all.join("\n"), name);
    const state = setting("StateDirectory")?.split(" ")[0];
    const mostFiles = parseInt(setting("LimitNOFILE") ?? "");
    return {
      path,
      text,
      dropIns,
      isEnabled: isThere(
        `${root}etc/systemd/system/multi-user.target.wants/${NAME}`,
      ),
      // systemd keeps it for as long as the unit runs.
      isActive: isThere(`${root}run/systemd/units/invocation:${NAME}`),
      configFile: /\s--config[= ]['"]?([^\s'"]+)/
        .exec(setting("ExecStart") ?? "")?.[1],
      stateFolder: state && `${root}var/lib/${state}`,
      user: setting("User"),
      mostFiles: Number.isNaN(mostFiles) ? undefined : mostFiles,
    };
  }
}

/** Whether systemd has started this system. */
export function hasSystemd(root: string): boolean {
  return isThere(`${root}run/systemd/system`);
}

function dropInsOf(root: string): string[] {
  return FOLDERS.flatMap((folder) => {
    const path = `${root}${folder}/${NAME}.d`;
    try {
      return [...Deno.readDirSync(path)]
        .filter(({ name }) => name.endsWith(".conf"))
        .map(({ name }) => `${path}/${name}`).sort();
    } catch {
      return [];
    }
  });
}

/** The value that counts where one is set several times. */
function lastSetting(text: string, name: string): string | undefined {
  const lines = text.matchAll(new RegExp(`^${name}=(.*)$`, "gm"));
  return [...lines].at(-1)?.[1].trim();
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}
