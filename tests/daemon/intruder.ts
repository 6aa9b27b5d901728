/**
 * Code that has got into the daemon, and tries what it may at each SIGUSR2.
 *
 * @module
 */

import { whatIsAllowed } from "./attempts.ts";

Deno.addSignalListener("SIGUSR2", async () => {
  const line = `intruder: ${await whatIsAllowed()}.\n`;
  Deno.stderr.writeSync(new TextEncoder().encode(line));
});
