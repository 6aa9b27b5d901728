/**
 * Code that has got into the daemon, and tries what it may at each SIGUSR2.
 *
 * @module
 */

import { whatIsAllowed } from "./attempts.ts";

/** Of the folders of the configuration and the store. */
const folder = new URL(import.meta.url).searchParams.get("folder");

/** What is the daemon's own. */
const OWN = {
  configuration: () => Deno.readTextFileSync(`${folder}/etc/neurald.conf`),
  rewrite: () => Deno.writeTextFileSync(`${folder}/etc/neurald.conf`, "# mine"),
  store: () => Deno.readFileSync(`${folder}/store/neurald.sqlite`),
  spoil: () => Deno.writeTextFileSync(`${folder}/store/neurald.sqlite`, ""),
};

Deno.addSignalListener("SIGUSR2", async () => {
  const line = `intruder: ${await whatIsAllowed(OWN)}.\n`;
  Deno.stderr.writeSync(new TextEncoder().encode(line));
});
