/**
 * neurald's command line. `neurald --help` explains it.
 *
 * @module
 */

import { runCommandLine } from "./lib/cli/main.ts";
import { processTerminal } from "./lib/cli/terminal.ts";
import { limitWorkers } from "./lib/worker_permissions.ts";

if (import.meta.main) {
  limitWorkers();
  const code = await runCommandLine(Deno.args, processTerminal(), {
    // Named here, beside the folder: in the executable this file and `data/`
    // are where they are now, and other files are part of this one.
    demoCorpus: new URL(
      "./data/spamassassin.rspamd-4.1.6.jsonl.zst",
      import.meta.url,
    ),
  });
  // At once: a client that holds a connection would keep the process alive.
  Deno.exit(code);
}
