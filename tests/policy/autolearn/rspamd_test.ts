import { assert, assertEquals, assertThrows } from "@std/assert";
import type { MailClass } from "../../../lib/features/mail_class.ts";
import { parseScan, type Scan } from "../../../lib/features/scan.ts";
import { Autolearn } from "../../../lib/policy/autolearn/autolearn.ts";
import {
  AUTOLEARN_DEFAULTS,
  type AutolearnChanges,
  mergeAutolearn,
} from "../../../lib/policy/autolearn/options.ts";
import {
  AutolearnError,
  checkAutolearn,
} from "../../../lib/policy/autolearn/problems.ts";

/** What a real rspamd 4.1.6 said of a made-up message. */
interface Case {
  autolearn: Record<string, unknown>;
  task: {
    score: number;
    action: string;
    symbols: Record<string, number>;
    user?: string;
    ip?: "local" | "remote";
    prob?: number;
    prob_variable?: string;
  };
  spam: { learn: boolean; reason?: string };
  ham: { learn: boolean; reason?: string };
  decision: { class?: MailClass; reason: string };
}

const url = new URL("../../fixtures/autolearn.json", import.meta.url);
const cases: Case[] = JSON.parse(Deno.readTextFileSync(url));

/** Conditions that rspamd cannot parse, and then learns everything by. */
const UNPARSABLE = [25, 46];

const NAMES: Record<string, string> = {
  spam_prob: "spamProbability",
  ham_prob: "hamProbability",
  spam_min: "spamMinimum",
  ham_max: "hamMaximum",
};

/** rspamd's names become neurald's; of an empty list Lua has made an object. */
function changesOf(json: Record<string, unknown>): AutolearnChanges {
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => {
      const field = NAMES[name] ??
        name.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase());
      if (typeof value !== "object" || Array.isArray(value)) {
        return [field, value];
      }
      return [
        field,
        name.endsWith("_symbols") ? [] : changesOf(
          value as Record<string, unknown>,
        ),
      ];
    }),
  );
}

function scanOf({ task }: Case): Scan {
  const { prob, prob_variable = "neural_prob", ip, ...scan } = task;
  return parseScan({
    ...scan,
    ip: ip && { local: "192.168.1.1", remote: "8.8.8.8" }[ip],
    variables: prob === undefined ? undefined : { [prob_variable]: prob },
  });
}

/** The number that rspamd drew, as far as it told. */
function coinIn(reason: string | undefined): number {
  return Number(/^sampled out: ([\d.]+)/.exec(reason ?? "")?.[1] ?? 0.5);
}

for (const [i, case_] of cases.entries()) {
  const number = i + 1;
  const options = mergeAutolearn(
    AUTOLEARN_DEFAULTS,
    changesOf(case_.autolearn),
  );
  if (UNPARSABLE.includes(number)) {
    Deno.test(`case ${number} of rspamd's is an error`, () => {
      const error = assertThrows(() => checkAutolearn(options), AutolearnError);
      assert(error.message.includes("spam_condition: column 13: expected"));
      assert(error.message.includes("ham_condition: column 2: expected"));
      assertThrows(() => new Autolearn(options), Error, "column 13");
    });
    continue;
  }
  Deno.test(`case ${number} is decided as rspamd decides it`, async () => {
    const autolearn = new Autolearn(options);
    const scan = scanOf(case_);
    for (const mailClass of ["spam", "ham"] as const) {
      const expected = case_[mailClass];
      const random = () => coinIn(expected.reason);
      assertEquals(
        await autolearn.canLearn(scan, mailClass, { random }),
        expected as unknown,
        mailClass,
      );
    }
    const random = () => coinIn(case_.decision.reason);
    assertEquals(
      await autolearn.learnType(scan, { random }),
      case_.decision as unknown,
    );
  });
}

Deno.test("there are as many cases as there were", () => {
  assertEquals(cases.length, 76);
});
