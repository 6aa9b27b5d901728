import { assert, assertEquals } from "@std/assert";
import { readHeaders } from "../../../lib/mail/headers.ts";
import { findVerdict } from "../../../lib/mail/find_verdict.ts";
import { measure } from "../../../lib/nn/quality/metrics.ts";
import { Host } from "../../daemon/host.ts";
import { until } from "../../daemon/until.ts";
import { corpusLines } from "../../train/corpus.ts";
import { corpusMessages } from "../../mail/corpus.ts";
import { Maildir } from "../../mail/maildir.ts";
import { inFolder, neurald } from "../neurald.ts";

const ENCODER = new TextEncoder();

Deno.test("half of the corpus in two Maildirs serves a model that knows the rest", () =>
  inFolder(async (folder) => {
    // One training as soon as all is there.
    await using host = await Host.start(
      "watch_interval = 1s; train { max_trains = 650; learn_mode = balanced; }",
    );
    const maildirs = {
      spam: await Maildir.make(`${folder}/Junk`),
      ham: await Maildir.make(`${folder}/Archive`),
    };
    const messages = corpusMessages();
    const unseen: number[] = [];
    const counts = { spam: 0, ham: 0 };
    for (const [i, message] of messages.entries()) {
      if (counts[message.class]++ % 2 === 1) unseen.push(i);
      else await maildirs[message.class].deliver(message.text);
    }
    const { code, stdout, stderr } = await neurald([
      ...["learn", "--server", host.url, "--json"],
      ...["--spam", maildirs.spam.path, "--ham", maildirs.ham.path],
    ], { env: { XDG_STATE_HOME: folder } });
    assertEquals([code, stderr], [0, ""], stdout);
    const { learned, alike, unusable } = JSON.parse(stdout);
    assertEquals([learned.spam + learned.ham + alike, unusable], [2420, []]);
    await until("a model is served", async () => (await host.network()).model);
    const truth = Uint8Array.from(
      unseen,
      (i) => messages[i].class === "spam" ? 1 : 0,
    );
    const scoreAll = async (scans: unknown[]) => {
      const answers = await host.postLines("/v1/score", scans);
      return measure(
        Float64Array.from(answers, ({ results }) => results[0].output),
        truth,
      );
    };
    const fromHeaders = await scoreAll(unseen.map((i) => {
      const verdict = findVerdict(
        readHeaders(ENCODER.encode(messages[i].text)),
      );
      assert(typeof verdict !== "string", String(verdict));
      return verdict;
    }));
    assert(fromHeaders.auc >= 0.985, `AUC ${fromHeaders.auc} from headers`);
    // As rspamd's plugin will ask: with weights and metatokens.
    const lines = corpusLines(messages.length);
    const whole = await scoreAll(unseen.map((i) => JSON.parse(lines[i])));
    assert(whole.auc >= 0.985, `AUC ${whole.auc} from whole scans`);
  }));
