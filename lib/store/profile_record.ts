import type { ProfileRecord } from "./store.ts";

/** A profile from its JSON, unless that is damaged or something else. */
export function profileFrom(json: string): ProfileRecord | undefined {
  try {
    const profile = JSON.parse(json) as ProfileRecord;
    const isProfile = typeof profile.redis_key === "string" &&
      typeof profile.digest === "string" &&
      Number.isSafeInteger(profile.version) &&
      Array.isArray(profile.symbols) &&
      profile.symbols.every((name) => typeof name === "string");
    return isProfile ? profile : undefined;
  } catch {
    return undefined;
  }
}
