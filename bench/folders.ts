/**
 * Messages a second that are read from a Maildir, with the verdicts of their
 * headers: by themselves, and with `neurald learn` and all that it does.
 *
 * @module
 */

import { findVerdict } from "../lib/mail/find_verdict.ts";
import { listMail } from "../lib/mail/folder.ts";
import { readMessageFile } from "../lib/mail/message_file.ts";
import { corpusMessages } from "../tests/mail/corpus.ts";
import { Maildir } from "../tests/mail/maildir.ts";
import { startServer } from "./process.ts";
import { figure, median, printFigures } from "./report.ts";

const ROUNDS = 5;
/** Issue 5. */
const TARGET = 1000;
/** Copies of the corpus, each message with an id of its own. */
const COPIES = 3;
/** Most mail is longer than its headers. */
const BODY = "What stands here is of no interest to anybody.\n".repeat(150);

/** Messages a second. */
async function rateOf(
  messages: number,
  work: () => Promise<unknown>,
): Promise<number> {
  const begin = performance.now();
  await work();
  return messages / ((performance.now() - begin) / 1000);
}

async function readAll(path: string): Promise<void> {
  const { files } = await listMail(path);
  for (const file of files) {
    for await (const message of readMessageFile(file.path, "head")) {
      const verdict = "headers" in message
        ? findVerdict(message.headers)
        : message.unusable;
      if (typeof verdict === "string") throw new Error(verdict);
    }
  }
}

async function learnAll(
  folder: string,
  spam: string,
  ham: string,
): Promise<void> {
  const store = await Deno.makeTempDir({ dir: folder });
  const run = ["run", "-A", "--no-check", "main.ts"];
  const server = await startServer(
    [
      ...[...run, "serve", "--listen", "127.0.0.1:0"],
      ...["--store", `sqlite:${store}/neurald.sqlite`],
    ],
  );
  try {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...[...run, "learn", "--server", `http://127.0.0.1:${server.port}`],
        ...["--spam", spam, "--ham", ham],
      ],
      cwd: new URL("../", import.meta.url),
      env: { XDG_STATE_HOME: store },
      stdout: "null",
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
  } finally {
    await server.stop();
  }
}

const folder = await Deno.makeTempDir({ prefix: "neurald-bench-" });
try {
  const maildirs = {
    spam: await Maildir.make(`${folder}/spam`),
    ham: await Maildir.make(`${folder}/ham`),
  };
  const counts = { spam: 0, ham: 0 };
  for (let copy = 0; copy < COPIES; copy++) {
    for (const { class: mailClass, text } of corpusMessages()) {
      const own = text.replace("Message-ID: <", `Message-ID: <${copy}.`);
      await maildirs[mailClass].deliver(`${own}${copy}\n${BODY}`);
      counts[mailClass]++;
    }
  }
  const { spam, ham } = maildirs;
  const total = counts.spam + counts.ham;
  const rates = { reading: [] as number[], learning: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    rates.reading.push(await rateOf(counts.ham, () => readAll(ham.path)));
    rates.learning.push(
      await rateOf(total, () => learnAll(folder, spam.path, ham.path)),
    );
  }
  const reading = median(rates.reading);
  const learning = median(rates.learning);
  printFigures("Messages a second from the headers of Maildirs", [
    figure("read", reading.toFixed(0), `≥ ${TARGET}`, reading >= TARGET),
    figure(
      "learned, two starts included",
      learning.toFixed(0),
      `≥ ${TARGET}`,
      learning >= TARGET,
    ),
  ]);
} finally {
  await Deno.remove(folder, { recursive: true });
}
