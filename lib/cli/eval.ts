/**
 * `neurald eval`: measures a model or a server, or two of them, by labelled
 * scans or folders of mail.
 *
 * @module
 */

import { compare, evaluate } from "../nn/quality/evaluation.ts";
import { Client, CLIENT_FLAGS } from "./client.ts";
import type { CommandInput } from "./command.ts";
import { defineCommand } from "./command.ts";
import { type Answers, answersTo } from "./eval/answers.ts";
import { comparisonJson, evaluationJson } from "./eval/json.ts";
import { checkJudgeFlags, type Judge, openJudges } from "./eval/judge.ts";
import { inputOf } from "./eval/input.ts";
import { evaluationPicture } from "./eval/picture.ts";
import {
  comparisonReport,
  figuresReport,
  type NamedEvaluation,
  worstReport,
} from "./eval/report.ts";
import type { FlagTable } from "./flags.ts";
import { FOLDER_FLAGS } from "./folders/flags.ts";
import { UnusableTally } from "./folders/unusable.ts";
import { PROFILE_FLAG } from "./model_file.ts";
import { OutputFile } from "./output_file.ts";
import { ProgressBar } from "./progress.ts";
import { UsageError } from "./usage_error.ts";

/** Reasons that are given for each message. */
const REASONS = 5;

const FLAGS = {
  model: {
    kind: "text",
    isList: true,
    value: "FILE",
    help: "the model (RNM1); twice, to compare two",
  },
  ...CLIENT_FLAGS,
  server: {
    ...CLIENT_FLAGS.server,
    help: "a running neurald instead, or to compare a model with",
  },
  rule: { kind: "text", value: "NAME", help: "the only rule of it to ask" },
  profile: PROFILE_FLAG,
  input: {
    kind: "text",
    value: "FILE",
    help: "labelled scans: JSON Lines, plain or zstd; - for standard input",
  },
  ...FOLDER_FLAGS,
  fpr: {
    kind: "number",
    value: "X",
    min: 0,
    max: 1,
    help: "judge at the threshold for such a rate of false positives: 0.005",
  },
  worst: {
    kind: "integer",
    value: "N",
    min: 1,
    max: 1000,
    help: "list so many messages that it got most wrong, with reasons",
  },
  svg: {
    kind: "text",
    value: "FILE",
    help: "where a picture of the curves goes",
  },
  json: { kind: "switch", help: "print the figures as one JSON object" },
} satisfies FlagTable;

/** `neurald eval` */
export const evalCommand = defineCommand({
  name: "eval",
  summary: "measure models or a server by labelled scans or folders of mail",
  operands: "",
  maxOperands: 0,
  flags: FLAGS,
  async run({ flags, terminal }) {
    checkJudgeFlags(flags);
    const unusable = new UnusableTally();
    const { name, scansFor } = await inputOf(flags, unusable);
    using client = flags.server === undefined
      ? undefined
      : await Client.open(flags);
    const judges = await openJudges(flags, client);
    const svg = flags.svg ? new OutputFile("--svg", flags.svg) : undefined;
    await svg?.check();
    const bar = new ProgressBar(terminal, "scoring");
    const answers = await answersTo(
      scansFor(judges),
      judges,
      flags.worst ?? 0,
      (count) => bar.update(count),
    );
    bar.end();
    for (const line of unusable.toLines()) terminal.note(line);
    if (answers.isSpam.length === 0) throw nothingJudged(name, answers);
    const evaluations = await evaluationsOf(judges, answers, flags.fpr);
    const picture = svg && evaluationPicture(evaluations);
    await svg?.write(new TextEncoder().encode(picture));
    const print = flags.json ? printJson : printReport;
    print(evaluations, answers, { flags, terminal });
    return 0;
  },
});

function nothingJudged(input: string, { unanswered }: Answers): UsageError {
  return new UsageError(
    unanswered === 0
      ? `${input}: there is no scan in it`
      : `${input}: nobody has an opinion on any scan: nothing is trained`,
  );
}

/** What comes of the answers; one judge after the other. */
async function evaluationsOf(
  judges: readonly Judge[],
  { isSpam, outputs, worst }: Answers,
  fpr: number | undefined,
): Promise<NamedEvaluation[]> {
  const evaluations: NamedEvaluation[] = [];
  for (const [k, judge] of judges.entries()) {
    const evaluation = evaluate(outputs[k], isSpam, fpr);
    const wrong = [];
    for (const judged of worst[k].beyond(evaluation.at.threshold)) {
      const contributions = await judge.explain(judged.scan, REASONS);
      wrong.push({ ...judged, contributions });
    }
    evaluations.push({ name: judge.name, evaluation, worst: wrong });
  }
  return evaluations;
}

type Output = Pick<CommandInput<typeof FLAGS>, "flags" | "terminal">;

function printJson(
  evaluations: readonly NamedEvaluation[],
  { isSpam, unanswered }: Answers,
  { terminal }: Output,
): void {
  const [first, second] = evaluations;
  terminal.print(JSON.stringify({
    ...evaluationJson(first),
    unanswered,
    ...second && {
      other: evaluationJson(second),
      comparison: comparisonJson(
        compare(first.evaluation, second.evaluation, isSpam),
      ),
    },
  }));
}

function printReport(
  evaluations: readonly NamedEvaluation[],
  { isSpam, unanswered }: Answers,
  { flags, terminal }: Output,
): void {
  const [first, second] = evaluations;
  const lines = figuresReport(evaluations, flags.fpr);
  if (second) {
    const names = evaluations.map(({ name }) => name);
    const comparison = compare(first.evaluation, second.evaluation, isSpam);
    lines.push(...comparisonReport(names, comparison));
  }
  if (flags.worst) lines.push(...evaluations.flatMap(worstReport));
  if (unanswered > 0) {
    terminal.note(`${unanswered} scans were left out: nothing is trained`);
  }
  for (const line of lines) terminal.print(line);
}
