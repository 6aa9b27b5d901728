/**
 * What is to be said of a store in a SQLite file.
 *
 * @module
 */

import type { FileContents, FileFacts } from "../../../store/sqlite/facts.ts";
import type { Remark } from "../finding.ts";
import { bytes } from "../bytes_text.ts";

/** Less is used up by the next trainings. */
const [LEAST_BYTES, FEW_BYTES] = [64 * 2 ** 20, 512 * 2 ** 20];

/**
 * Judges a file by what is known of it.
 *
 * @param user as whom neurald runs, where that is known
 */
export function remarksOnFile(facts: FileFacts, user = "neurald"): Remark[] {
  const { files: [file], folder, hasFolder, contents, problem } = facts;
  const remarks: Remark[] = [];
  if (problem !== undefined) {
    remarks.push({
      level: isStranger(facts) && FORBIDDEN.test(problem) ? "warning" : "error",
      message: problem,
      fix: fixFor(facts, user),
    });
  } else if (file === undefined) {
    const where = hasFolder
      ? `in ${folder.path}`
      : `in a folder that neurald makes in ${folder.path}`;
    remarks.push({
      level: "ok",
      message: `there is no file yet; neurald serve creates it ${where}`,
    });
  }
  if (contents) remarks.push(...remarksOnContents(contents, facts));
  const locked = [folder, ...facts.files].filter((one) => !one.isWritable);
  if (locked.length > 0 && problem === undefined) {
    remarks.push({
      level: isStranger(facts) ? "warning" : "error",
      message: `${
        locked.map(({ path }) => path).join(", ")
      } cannot be written by who runs neurald doctor`,
      fix: `sudo -u ${user} neurald doctor, if neurald runs as ${user}; or ` +
        `chown -R ${user} ${folder.path}`,
    });
  }
  return [...remarks, ...remarksOnSpace(facts)];
}

/** What is said where somebody else may be allowed to do it. */
const FORBIDDEN = /may not write|opened and written/;

/** Whether who looks is neither root nor the owner, who may be well off. */
function isStranger({ asUid, files: [file], folder }: FileFacts): boolean {
  return asUid !== undefined && asUid !== 0 &&
    (file ?? folder).uid !== asUid;
}

function fixFor(
  { problem = "", files: [file], folder }: FileFacts,
  user: string,
): string {
  const path = file?.path ?? folder.path;
  if (/newer neurald/.test(problem)) {
    return "install the newer neurald again, or name another file: " +
      "--store sqlite:PATH";
  }
  if (/another application|not a SQLite|no regular file/.test(problem)) {
    return "name another file: --store sqlite:PATH";
  }
  if (/damaged|malformed/.test(problem)) return fixDamage(path);
  return `sudo -u ${user} neurald doctor, or as root; it has to be able to ` +
    `read and write ${path} and its folder`;
}

function fixDamage(path: string): string {
  return `systemctl stop neurald; restore a copy of ${path}, or let neurald ` +
    "serve keep it aside and begin a new one; then see journalctl -k for " +
    "errors of the disk";
}

function remarksOnContents(
  { version, newestVersion, journalMode, damage, isChecked }: FileContents,
  { files: [{ path }], size }: FileFacts,
): Remark[] {
  if (damage !== undefined) {
    return [{
      level: "error",
      message: `the file is damaged: ${damage}`,
      fix: fixDamage(path),
    }];
  }
  if (version === 0) {
    return [{ level: "ok", message: "the file is empty; neurald fills it" }];
  }
  const remarks: Remark[] = [{
    level: "ok",
    message: `version ${version}, ${bytes(size)}, ${
      isChecked
        ? "nothing wrong with it"
        : "too large to look through all of it now"
    }`,
    fix: isChecked ? undefined : `sqlite3 ${path} 'PRAGMA quick_check'`,
  }];
  if (version < newestVersion) {
    remarks.push({
      level: "note",
      message:
        `the file is of version ${version}; neurald serve brings it to ` +
        `version ${newestVersion}, which no older neurald reads`,
      fix: `cp ${path} ${path}.version-${version}, while neurald is stopped`,
    });
  } else if (journalMode !== "wal") {
    remarks.push({
      level: "note",
      message: `its journal is ${journalMode}, not wal; neurald serve turns ` +
        "that on",
    });
  }
  return remarks;
}

function remarksOnSpace({ freeBytes, folder }: FileFacts): Remark[] {
  if (freeBytes === undefined) return [];
  const message = `${bytes(freeBytes)} are free on the disk of ${folder.path}`;
  const fix = `free some: du -xh ${folder.path} | sort -h | tail`;
  if (freeBytes < LEAST_BYTES) return [{ level: "error", message, fix }];
  if (freeBytes < FEW_BYTES) return [{ level: "warning", message, fix }];
  return [{ level: "ok", message }];
}
