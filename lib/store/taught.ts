import type { PoolSource } from "./store.ts";

/** Whether people said what a sample is. */
export function isTaught(source: PoolSource): boolean {
  return source === "hand" || source === "folder" || source === "vectors";
}
