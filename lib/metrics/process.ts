/**
 * Figures of this process, under the names that all programs have them by.
 *
 * @module
 */

import process from "node:process";
import { counter, type Family, gauge } from "./family.ts";

/** What can be told of the process; the rest is left out. */
export function processFamilies(): Family[] {
  const { rss, heapTotal } = Deno.memoryUsage();
  const { user, system } = process.cpuUsage();
  const openFiles = countOpenFiles();
  return [
    counter(
      "process_cpu_seconds_total",
      "Time of processors that all threads used, for the program and for the system.",
      (user + system) / 1e6,
    ),
    gauge(
      "process_resident_memory_bytes",
      "Memory that the process has, workers included.",
      rss,
    ),
    gauge(
      "process_heap_bytes",
      "Memory for the objects of the main thread.",
      heapTotal,
    ),
    gauge(
      "process_start_time_seconds",
      "When the process started, in unix time.",
      performance.timeOrigin / 1000,
    ),
    ...openFiles === undefined ? [] : [gauge(
      "process_open_fds",
      "Open file descriptors; left out where the runtime may not count them.",
      openFiles,
    )],
  ];
}

/** Deno 2.8 lets only programs look that may do everything. */
function countOpenFiles(): number | undefined {
  try {
    // One of them is the folder's.
    return [...Deno.readDirSync("/proc/self/fd")].length - 1;
  } catch {
    return undefined;
  }
}
