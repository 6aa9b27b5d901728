/**
 * `neurald models diff`
 *
 * @module
 */

import type { ModelEntry } from "../../engine/models/entry.ts";
import type { ModelSource } from "../../engine/models/models.ts";
import { compareModels, type InputChange } from "../../model/diff.ts";
import { type Model, openModel } from "../../model/model.ts";
import { decodeRnm, RnmError } from "../../model/rnm.ts";
import { NetworkError } from "../../nn/graph.ts";
import { defineCommand } from "../command.ts";
import { EXIT } from "../exit.ts";
import { UsageError } from "../usage_error.ts";
import { inShort } from "./describe.ts";
import { LINE_FLAGS, PLACE_FLAGS, withModels } from "./place.ts";
import { referenceFrom } from "./reference.ts";

const SHOWN = 20;

/** `neurald models diff` */
export const diffCommand = defineCommand({
  name: "models diff",
  summary: "say which symbols changed most from one model to another",
  operands: "[FROM [TO]]",
  maxOperands: 2,
  flags: {
    ...LINE_FLAGS,
    most: {
      kind: "integer",
      value: "N",
      min: 1,
      help: `show so many (default ${SHOWN})`,
    },
    ...PLACE_FLAGS,
    json: { kind: "switch", help: "print one JSON object, with all inputs" },
  },
  async run({ flags, operands, terminal }) {
    const [from, to] = await withModels(
      flags,
      terminal,
      (models) => pair(models, flags, operands),
    );
    const diff = compareModels(from.model, to.model);
    if (!diff) {
      throw new UsageError(
        `${from.entry.id} and ${to.entry.id} cannot be compared: a network ` +
          "cannot be explained",
      );
    }
    const { measure, changes } = diff;
    if (flags.json) {
      terminal.print(JSON.stringify({
        from: from.entry,
        to: to.entry,
        measure,
        changes,
      }));
      return EXIT.good;
    }
    for (const { entry } of [from, to]) terminal.print(headingOf(entry));
    terminal.print(
      measure === "weight"
        ? "weights of the inputs, which are summed up:"
        : "what an input alone adds to the output, for the networks have hidden units:",
    );
    const most = flags.most ?? SHOWN;
    linesOf(changes.slice(0, most)).forEach(terminal.print);
    const rest = changes.length - most;
    if (rest > 0) terminal.print(`and ${rest} others, which changed less`);
    return EXIT.good;
  },
});

interface Compared {
  entry: ModelEntry;
  model: Model;
}

/** The models to compare: the one in service, and the one before, unless named. */
async function pair(
  models: ModelSource,
  flags: { rule?: string; settings?: string },
  [from, to]: string[],
): Promise<[Compared, Compared]> {
  const later = await read(models, referenceFrom(flags, to));
  if (from !== undefined) {
    return [await read(models, referenceFrom(flags, from)), later];
  }
  const { rule, settings, metatoken_version, version } = later.entry;
  const before = (await models.list({ rule, settings })).find((one) =>
    one.metatoken_version === metatoken_version && !one.stale &&
    one.version < version
  );
  if (!before) {
    throw new UsageError(`there is no model before ${later.entry.id}`);
  }
  return [await read(models, { id: before.id }), later];
}

async function read(
  models: ModelSource,
  reference: ReturnType<typeof referenceFrom>,
): Promise<Compared> {
  const { model: entry, file } = await models.export(reference);
  try {
    return { entry, model: openModel(decodeRnm(file)) };
  } catch (error) {
    if (error instanceof RnmError || error instanceof NetworkError) {
      throw new UsageError(`${entry.id}: ${error.message}`);
    }
    throw error;
  }
}

function headingOf({ id, training }: ModelEntry): string {
  return training ? `${id}: ${inShort(training.figures)}` : id;
}

function linesOf(changes: readonly InputChange[]): string[] {
  const width = Math.max(...changes.map(({ name }) => name.length));
  return changes.map(({ name, from, to, change }) =>
    `  ${name.padEnd(width)}  ${shown(from)} -> ${shown(to)}  (${
      change > 0 ? "+" : ""
    }${change.toFixed(4)})`
  );
}

function shown(value: number | null): string {
  return (value === null ? "none" : value.toFixed(4)).padStart(8);
}
