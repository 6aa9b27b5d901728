/**
 * `neurald eval`: measures a model by labelled scans.
 *
 * @module
 */

import { featuresOf } from "../features/features.ts";
import { measure } from "../nn/quality/metrics.ts";
import { defineCommand } from "./command.ts";
import { readLabelledFile } from "./labelled_file.ts";
import { metricsTable } from "./metrics_table.ts";
import { readModelFile } from "./model_file.ts";
import { ProgressBar } from "./progress.ts";
import { UsageError } from "./usage_error.ts";

const NOTHING_EXCLUDED: ReadonlySet<string> = new Set();

/** `neurald eval` */
export const evalCommand = defineCommand({
  name: "eval",
  summary: "measure a model by a file of labelled scans",
  operands: "",
  maxOperands: 0,
  flags: {
    model: { kind: "text", value: "FILE", help: "the model (RNM1)" },
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
    const { layout, predictor } = await readModelFile(flags.model);
    const outputs: number[] = [];
    const isSpam: number[] = [];
    const bar = new ProgressBar(terminal, "scoring");
    for await (
      const { class: mailClass, scan } of readLabelledFile(flags.input)
    ) {
      const features = featuresOf(scan, layout.version, NOTHING_EXCLUDED);
      if (features.version !== layout.version) {
        throw new UsageError(
          `${flags.input}: metatokens of version ${features.version}, and the model is for version ${layout.version}`,
        );
      }
      outputs.push(predictor.output(layout.vectorOf(features)));
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
