/**
 * A daemon with a model.
 *
 * @module
 */

import { assert } from "@std/assert";
import { type LabelledMail, mails } from "../engine/mail.ts";
import { Host } from "./host.ts";

/** Learns mail and trains; the training has to publish something. */
export async function learnAndTrain(
  host: Host,
  scans: readonly LabelledMail[],
): Promise<void> {
  await host.postLines("/v1/learn", [...scans]);
  const { json } = await host.post("/v1/train", "");
  assert(json.trained, JSON.stringify(json));
}

/** Starts a daemon, and has it learn to tell mail apart. */
export async function trainedHost(
  config = "watch_interval = 1h;",
): Promise<Host> {
  const host = await Host.start(config);
  await learnAndTrain(host, mails(60));
  return host;
}
