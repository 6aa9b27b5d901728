/**
 * The scripts that Redis runs (`lib/lua_scripts/`).
 *
 * @module
 */

import { createHash } from "node:crypto";
import adding from "../../lua_scripts/adding.lua" with { type: "text" };
import addSamples from "../../lua_scripts/add_samples.lua" with {
  type: "text",
};
import carryOver from "../../lua_scripts/carry_over.lua" with {
  type: "text",
};
import classesOfVectors from "../../lua_scripts/classes_of_vectors.lua" with {
  type: "text",
};
import counts from "../../lua_scripts/counts.lua" with { type: "text" };
import dropVectors from "../../lua_scripts/drop_vectors.lua" with {
  type: "text",
};
import extendLock from "../../lua_scripts/extend_lock.lua" with {
  type: "text",
};
import keepAlive from "../../lua_scripts/keep_alive.lua" with { type: "text" };
import lock from "../../lua_scripts/lock.lua" with { type: "text" };
import model from "../../lua_scripts/model.lua" with { type: "text" };
import overview from "../../lua_scripts/overview.lua" with { type: "text" };
import pool from "../../lua_scripts/pool.lua" with { type: "text" };
import profiles from "../../lua_scripts/profiles.lua" with { type: "text" };
import prune from "../../lua_scripts/prune.lua" with { type: "text" };
import publish from "../../lua_scripts/publish.lua" with { type: "text" };
import quarantine from "../../lua_scripts/quarantine.lua" with {
  type: "text",
};
import readSamples from "../../lua_scripts/read_samples.lua" with {
  type: "text",
};
import readVectors from "../../lua_scripts/read_vectors.lua" with {
  type: "text",
};
import recordTraining from "../../lua_scripts/record_training.lua" with {
  type: "text",
};
import remove from "../../lua_scripts/remove.lua" with { type: "text" };
import reserve from "../../lua_scripts/reserve.lua" with { type: "text" };
import retainSamples from "../../lua_scripts/retain_samples.lua" with {
  type: "text",
};
import quarantineVectors from "../../lua_scripts/quarantine_vectors.lua" with {
  type: "text",
};
import sweep from "../../lua_scripts/sweep.lua" with { type: "text" };
import takeIn from "../../lua_scripts/take_in.lua" with { type: "text" };
import takeOver from "../../lua_scripts/take_over.lua" with { type: "text" };
import touch from "../../lua_scripts/touch.lua" with { type: "text" };
import trace from "../../lua_scripts/trace.lua" with { type: "text" };
import unlock from "../../lua_scripts/unlock.lua" with { type: "text" };

/** A script, and the name under which Redis remembers it. */
export interface Script {
  text: string;
  sha: string;
}

function script(...bodies: string[]): Script {
  const text = [pool, ...bodies].join("\n");
  return { text, sha: createHash("sha1").update(text).digest("hex") };
}

/** All scripts; each takes the keys of `keys.ts`. */
export const SCRIPTS = {
  addSamples: script(adding, addSamples),
  carryOver: script(carryOver),
  classesOfVectors: script(classesOfVectors),
  counts: script(counts),
  dropVectors: script(dropVectors),
  extendLock: script(extendLock),
  keepAlive: script(keepAlive),
  lock: script(lock),
  model: script(model),
  overview: script(overview),
  profiles: script(profiles),
  prune: script(prune),
  publish: script(publish),
  quarantine: script(quarantine),
  readSamples: script(readSamples),
  readVectors: script(readVectors),
  recordTraining: script(recordTraining),
  remove: script(remove),
  reserve: script(reserve),
  retainSamples: script(retainSamples),
  quarantineVectors: script(quarantineVectors),
  sweep: script(sweep),
  takeIn: script(adding, takeIn),
  takeOver: script(takeOver),
  touch: script(touch),
  trace: script(trace),
  unlock: script(unlock),
};

/** What a script is called here. */
export type ScriptName = keyof typeof SCRIPTS;
