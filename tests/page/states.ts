/**
 * Daemons whose pages look unlike each other.
 *
 * @module
 */

import { assert } from "@std/assert";
import { Host } from "../daemon/host.ts";
import { mails, noise } from "../engine/mail.ts";

/** Names that would do harm if they were believed. */
export const HOSTILE = [
  `<script>document.title = "taken"</script>`,
  `"><img/src=x/onerror=alert(1)>`,
  "' onmouseover='alert(1)",
  "\u202eLANIGIRO",
  "&lt;b&gt;",
  "A".repeat(256),
];

const CONFIG = `rules {
  IN {
    watch_interval = 1h; allowed_settings = all; architecture = linear;
    train { max_trains = 200; }
  }
  LONG { symbol_spam = LONG_SPAM; symbol_ham = LONG_HAM; watch_interval = 1h; }
}`;

/** One that knows nothing. */
export function emptyHost(): Promise<Host> {
  return Host.start(CONFIG);
}

/** One that has a few samples, and no model. */
export async function learningHost(): Promise<Host> {
  const host = await emptyHost();
  await host.postLines("/v1/learn?rule=IN", mails(30));
  return host;
}

/** Scores that it has given then. */
export const GIVEN = 4;

/** One that was trained, refused a network, and has scored messages. */
export async function trainedHost(): Promise<Host> {
  const host = await emptyHost();
  await host.postLines("/v1/learn?rule=IN", mails(150));
  assert((await host.post("/v1/train?rule=IN", "")).json.trained);
  await host.postLines("/v1/learn?rule=IN", noise(600, 7));
  await host.post("/v1/train?rule=IN", "");
  const [scan] = mails(1, 900);
  for (const name of HOSTILE) {
    const symbols = { ...scan.symbols, [name]: 1 };
    await host.post("/v1/learn?rule=IN", { ...scan, symbols });
    await host.post("/v1/learn?rule=IN", { ...scan, settings_id: name });
  }
  for (const scan of mails(2, 800)) await host.post("/v1/score", scan);
  return host;
}

/** One whose store fails. */
export async function awayHost(): Promise<Host> {
  const host = await trainedHost();
  host.sql((database) => database.exec("ALTER TABLE pools RENAME TO gone"));
  return host;
}
