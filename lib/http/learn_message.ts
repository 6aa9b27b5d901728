/**
 * `POST /plugins/neural/learn_message`: teaches a raw message, as rspamd's
 * controller has it. What the filter found in it has to stand in its headers:
 * neurald does not scan.
 *
 * @module
 */

import type { Context } from "hono";
import type { MailClass } from "../features/mail_class.ts";
import { parseScan } from "../features/scan.ts";
import { messageOf, MOST_MESSAGE_BYTES } from "../mail/message.ts";
import { messageScan } from "../mail/message_scan.ts";
import { readBytes } from "./body.ts";
import { RequestError } from "./failure.ts";
import { joinReasons } from "./reasons.ts";
import type { Service } from "./service.ts";

/**
 * Learns the message in the body. The header `ANN-Train` or `Class` says what
 * it is, and `Rule` which rule to teach.
 */
export async function learnMessage(
  { req }: Context,
  { engine, limits }: Service,
): Promise<Response> {
  const mailClass = classIn(req.header("ann-train") ?? req.header("class"));
  const rule = req.header("rule") ?? "default";
  const bytes = await readBytes(req.raw, limits, MOST_MESSAGE_BYTES);
  const message = messageOf("the body", bytes, bytes.length);
  if ("unusable" in message) {
    throw new RequestError(`the message: ${message.unusable}`);
  }
  const json = messageScan(message);
  if (typeof json === "string") {
    throw new RequestError(
      `the message: ${json}; have rspamd scan it, and send its answer to /v1/learn`,
    );
  }
  const scan = parseScan(json);
  const [results] = await engine.learn([{ scan, class: mailClass, rule }]);
  if (results instanceof Error) throw results;
  if (!results.some(({ learned }) => learned)) {
    throw new RequestError(joinReasons(results));
  }
  return Response.json({ success: true, class: mailClass, results });
}

function classIn(header: string | undefined): MailClass {
  if (header === undefined) {
    throw new RequestError("a header ANN-Train or Class is needed");
  }
  const name = header.trim().toLowerCase();
  if (name === "spam" || name === "ham") return name;
  throw new RequestError(
    `the class ${JSON.stringify(header.slice(0, 100))}: spam or ham is needed`,
  );
}
