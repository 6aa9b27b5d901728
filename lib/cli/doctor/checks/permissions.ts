/**
 * Who may read and write what neurald uses.
 *
 * @module
 */

import { configToJson } from "../../../config/show.ts";
import type { UsableConfig } from "../../../config/load.ts";
import type { FileFacts } from "../../../store/sqlite/facts.ts";
import type { Remark } from "../finding.ts";
import type { Setup } from "../setup.ts";

const [OTHERS_READ, OTHERS_WRITE, OTHERS] = [0o004, 0o002, 0o077];

/** Looks at files with secrets, at the store, and at the program. */
export async function checkPermissions(setup: Setup): Promise<Remark[]> {
  const { facts } = await setup.inspection();
  const user = setup.unit?.user ?? "neurald";
  const remarks = [
    ...remarksOnConfiguration(setup.options.loaded!),
    ...facts.kind === "sqlite" ? remarksOnStore(facts, user) : [],
    ...remarksOnProgram(Deno.execPath()),
  ];
  return remarks.length > 0 ? remarks : [{
    level: "ok",
    message: "nobody may read or write what they should not",
  }];
}

function remarksOnConfiguration(loaded: UsableConfig): Remark[] {
  return filesWithSecrets(loaded).flatMap((file): Remark[] => {
    const mode = modeOf(file);
    if (mode === undefined || !(mode & OTHERS_READ)) return [];
    return [{
      level: "warning",
      subject: file,
      message: "it holds secrets (passwords, or hashes of tokens), and " +
        "everybody may read it",
      fix: `chgrp neurald ${file}; chmod 640 ${file} (the unit tells how to ` +
        "make that user)",
    }];
  });
}

/** `config show` says what is secret, and where it stands. */
function filesWithSecrets(loaded: UsableConfig): string[] {
  const places = Object.values(configToJson(loaded))
    .filter(({ value }) => JSON.stringify(value).includes("***"))
    .map(({ source }) => source.replace(/:\d+:\d+$/, ""));
  return [...new Set(places)].filter((file) => file !== "default");
}

function remarksOnStore({ files, folder }: FileFacts, user: string): Remark[] {
  const open = files.filter(({ mode }) => mode !== undefined && mode & OTHERS);
  // Root may write in everybody's folder, and nobody else in what it leaves.
  const strange = folder.uid === 0 ? [] : files.filter(({ uid }) => uid === 0);
  const remarks: Remark[] = [];
  const names = (list: FileFacts["files"]) =>
    list.map(({ path }) => path).join(" ");
  if (open.length > 0) {
    remarks.push({
      level: "warning",
      subject: open[0].path,
      message: "others than its owner may use it, and what it holds can tell " +
        "what people write to each other",
      fix: `chmod 600 ${names(open)}`,
    });
  }
  if (strange.length > 0) {
    remarks.push({
      level: "error",
      subject: strange[0].path,
      message: `it belongs to root, and its folder to another user ` +
        `(${folder.uid}), so that neurald cannot write it: was it started ` +
        "as root?",
      fix: `chown --reference=${folder.path} ${names(strange)} (of the user ` +
        `${user})`,
    });
  }
  return remarks;
}

function remarksOnProgram(path: string): Remark[] {
  const mode = modeOf(path);
  if (mode === undefined || !(mode & OTHERS_WRITE)) return [];
  return [{
    level: "error",
    subject: path,
    message: "everybody may change this program",
    fix: `chmod 755 ${path}`,
  }];
}

function modeOf(path: string): number | undefined {
  try {
    return Deno.statSync(path).mode ?? undefined;
  } catch {
    return undefined;
  }
}
