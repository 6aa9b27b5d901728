const KIB = 1024;

/** What a process has in memory; 0 where there is none, or no `/proc`. */
export function residentBytes(pid: number | undefined): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return KIB * Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
