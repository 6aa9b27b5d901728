/**
 * `neurald eval`: measures a model by labelled scans.
 *
 * @module
 */

import { measure } from "../nn/quality/metrics.ts";
import { defineCommand } from "./command.ts";
import { readLabelledFile } from "./labelled_file.ts";
import { metricsTable } from "./metrics_table.ts";
import { ModelFile, PROFILE_FLAG, vectorFor } from "./model_file.ts";
import { ProgressBar } from "./progress.ts";
import { UsageError } from "./usage_error.ts";

/** `neurald eval` */
export const evalCommand = defineCommand({
  name: "eval",
  summary: "measure a model by a file of labelled scans",
  operands: "",
  maxOperands: 0,
  flags: {
    model: { kind: "text", value: "FILE", help: "the model (RNM1)" },
    profile: PROFILE_FLAG,
    input: {
      kind: "text",
      value: "FILE",
      help: "labelled scans: JSON Lines, plain or zstd; - for standard input",
    },
    json: { kind: "switch", help: "print the figures as one JSON object" },
  },
  async run({ flags, terminal }) {
    if (!flags.model) throw new UsageError("--model FILE is needed");
    if (!flags.input) throw new UsageError("--input FILE is needed");
    const file = await ModelFile.read(flags.model, flags.profile);
    const outputs: number[] = [];
    const isSpam: number[] = [];
    const bar = new ProgressBar(terminal, "scoring");
    const scans = readLabelledFile(
      flags.input,
      (header) => file.describe(header),
    );
    for await (const { class: mailClass, scan, place } of scans) {
      const vector = vectorFor(file.model, scan, place);
      outputs.push(file.model.predictor.output(vector));
      isSpam.push(mailClass === "spam" ? 1 : 0);
      bar.update(outputs.length);
    }
    bar.end();
    if (outputs.length === 0) {
      throw new UsageError(`${flags.input}: there is no scan in it`);
    }
    const metrics = measure(
      Float64Array.from(outputs),
      Uint8Array.from(isSpam),
    );
    if (flags.json) terminal.print(JSON.stringify(metrics));
    else for (const line of metricsTable(metrics)) terminal.print(line);
    return 0;
  },
});
