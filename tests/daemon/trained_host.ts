/**
 * A daemon with a model.
 *
 * @module
 */

import { assert } from "@std/assert";
import { mails } from "../engine/mail.ts";
import { Host } from "./host.ts";

/** Starts a daemon, and has it learn to tell mail apart. */
export async function trainedHost(
  config = "watch_interval = 1h;",
): Promise<Host> {
  const host = await Host.start(config);
  await host.postLines("/v1/learn", mails(60));
  const { json } = await host.post("/v1/train", "");
  assert(json.trained, JSON.stringify(json));
  return host;
}
