/**
 * Whether those that neurald asks can be reached: guards, and whoever has
 * models that are trained elsewhere.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { parseLocation, shownLocation } from "../../../external/location.ts";
import type { RuleConfig } from "../../../config/config.ts";
import type { Status } from "../../../engine/status.ts";
import { timeOf } from "../../models/describe.ts";
import type { Remark } from "../finding.ts";
import { whyUnreachable } from "../reachable.ts";
import type { Setup } from "../setup.ts";

/** How long connecting to a server of models may take. */
const CONNECT_MS = 5_000;

/** Connects to each, and asks nothing. */
export async function checkHelpers(setup: Setup): Promise<Remark[]> {
  const { config } = setup;
  const guards = [...config.neurald.guards].map(([name, guard]) =>
    remarkOnGuard(name, guard)
  );
  const models = config.rules.filter(({ enabled }) => enabled)
    .map(remarkOnModel);
  const remarks = await Promise.all([...guards, ...models]);
  return [
    ...remarks.filter((remark) => remark !== undefined),
    ...remarksOnFetching(await setup.status()),
  ];
}

/** What the daemon that runs has met with. */
function remarksOnFetching(status: Status | undefined): Remark[] {
  return Object.entries(status?.rules ?? {}).flatMap(
    ([rule, { external_model }]): Remark[] => {
      if (external_model?.state !== "failing") return [];
      const { reason, succeeded_at } = external_model;
      const since = succeeded_at === undefined
        ? "it was never taken"
        : `it was taken last at ${timeOf(succeeded_at)}`;
      return [{
        level: "warning",
        subject: `external model of ${rule}`,
        message: `neurald does not take it: ${reason}; ${since}`,
        fix: "neurald models verify --key KEY FILE tells whether the " +
          "signature is good; neurald asks again by itself",
      }];
    },
  );
}

async function remarkOnGuard(
  name: string,
  { url, timeoutSeconds, onError }: {
    url?: string;
    timeoutSeconds: number;
    onError: string;
  },
): Promise<Remark | undefined> {
  if (url === undefined) return undefined;
  const location = new URL(url);
  const subject = `guard ${name}`;
  const problem = await whyUnreachable(location, 1000 * timeoutSeconds);
  const shown = shownLocation(location);
  if (problem === undefined) {
    return { level: "ok", subject, message: `${shown} can be reached` };
  }
  const effect = onError === "block"
    ? "until it answers nothing is learned by itself"
    : "what it is about is learned without it";
  return {
    level: "warning",
    subject,
    message: `${shown} cannot be reached (${problem}): ${effect}`,
    fix: `start it, or take guards { ${name} } out of the configuration`,
  };
}

async function remarkOnModel(
  { name, externalModel: { url, baseUrl } }: RuleConfig,
): Promise<Remark | undefined> {
  const location = parseLocation(url ?? baseUrl ?? "");
  if (!location) return undefined;
  const problem = location.protocol === "file:"
    ? whyNoFile(fileURLToPath(location))
    : await whyUnreachable(location, CONNECT_MS);
  const shown = shownLocation(location);
  const subject = `external model of ${name}`;
  return problem === undefined
    ? { level: "ok", subject, message: `${shown} can be reached` }
    : {
      level: "warning",
      subject,
      message: `${shown} cannot be reached (${problem}): the model that ` +
        "serves goes on serving",
      fix: "see external_model in /v1/status for what the daemon met with",
    };
}

function whyNoFile(path: string): string | undefined {
  try {
    Deno.statSync(path);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
