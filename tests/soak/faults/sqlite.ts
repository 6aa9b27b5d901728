/**
 * What may go wrong with a SQLite store.
 *
 * @module
 */

import { assert, assertStringIncludes } from "@std/assert";
import { DaemonProcess } from "../../daemon/process.ts";
import { until } from "../../daemon/until.ts";
import { damage, truncateLog } from "../../faults/damage.ts";
import type { Disk } from "../../faults/disk.ts";
import type { Fault } from "../fault.ts";
import type { Supervised } from "../supervised.ts";

/**
 * The disk that it is on is full. That it is full does not matter as long as
 * there is room in the file and its log.
 */
export function diskFull(disk: Disk, path: string): Fault {
  return {
    name: "disk full",
    inject() {
      truncateLog(path);
      disk.fill();
    },
    heal: () => disk.free(),
    said: "there is no space left",
    concernsStore: true,
  };
}

/**
 * Its file is damaged: it is kept aside, and another one begun.
 *
 * @param whenConfirmed resolves when all models are known that were published
 * @param begun is told that another one was begun
 */
export function fileDamaged(
  path: string,
  daemon: Supervised,
  whenConfirmed: () => Promise<void>,
  begun: () => void,
): Fault {
  let before: number | null;
  const kept = `${path}.damaged-1`;
  return {
    name: "file damaged",
    async inject() {
      await whenConfirmed();
      before = Deno.statSync(path).ino;
      damage(path);
    },
    async seen() {
      await until("another file was begun", () => {
        const now = statOrNothing(path)?.ino;
        return now !== undefined && now !== before;
      });
      begun();
      await until("it is said", () => daemon.log.includes(`kept as ${kept}`));
      assert(Deno.statSync(kept).size > 4096);
    },
    heal() {
      // As an administrator would, who may need it.
      for (const name of [kept, `${kept}-wal`]) {
        if (statOrNothing(name)) Deno.removeSync(name);
      }
    },
    concernsStore: true,
  };
}

/** The disk is read-only, which no daemon starts on. */
export function diskReadOnly(disk: Disk, daemon: Supervised): Fault {
  return {
    name: "disk read-only",
    async inject() {
      await daemon.stop();
      await disk.allowWriting(false);
    },
    async seen() {
      await using process = DaemonProcess.spawn(daemon.options);
      const { code } = await process.ended();
      assert(code !== 0);
      const advice = "let the user that runs neurald read and write";
      assertStringIncludes(process.stderr, advice);
    },
    async heal() {
      await disk.allowWriting(true);
      await daemon.start();
    },
    cutsOff: true,
    concernsStore: true,
  };
}

function statOrNothing(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}
