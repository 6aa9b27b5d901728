/**
 * Guards that are asked over HTTP.
 *
 * @module
 */

import type { MailClass } from "../features/mail_class.ts";
import type { Scan } from "../features/scan.ts";
import type {
  Guard,
  GuardAnswer,
  GuardContext,
} from "../policy/guards/guard.ts";

/** Longest answer that is read, in bytes. */
const MOST_BYTES = 16 * 1024;

/** Longest reason that is passed on. */
const MOST_REASON_CHARACTERS = 200;

/**
 * A guard that posts `{"rule", "class", "scan"}` to a URL, over connections
 * that are kept, and is answered by `{"allow": true}`, or by
 * `{"allow": false, "reason": "…"}`. Redirects are not followed.
 */
export function httpGuard(url: string): Guard {
  return async (scan, mailClass, context, signal) => {
    const response = await fetch(url, {
      method: "POST",
      body: JSON.stringify(question(scan, mailClass, context)),
      headers: { "content-type": "application/json" },
      redirect: "manual",
      signal,
    }).catch((error) => Promise.reject(withoutUrl(error)));
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`it answered with status ${response.status}`);
    }
    return answerIn(await readText(response));
  };
}

/** The query of a URL may hold a secret, and errors of `fetch` name it. */
function withoutUrl(error: Error): Error {
  return new Error(error.message.replace(/ for url \(\S*\)/, ""));
}

/** The scan as `/v1/learn` takes it, but for its metatokens. */
function question(
  { symbols, variables, ...scan }: Scan,
  mailClass: MailClass,
  { rule }: GuardContext,
): unknown {
  return {
    rule,
    class: mailClass,
    scan: {
      score: scan.score,
      action: scan.action,
      settings_id: scan.settingsId,
      message_id: scan.messageId,
      user: scan.user,
      ip: scan.ip,
      symbols: symbols.map((symbol) =>
        symbol.score === undefined ? symbol.name : symbol
      ),
      variables,
    },
  };
}

/** @throws {Error} when it is too long */
async function readText({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > MOST_BYTES) {
      throw new Error(`its answer has more than ${MOST_BYTES} bytes`);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

/** @throws {Error} when it is no answer */
function answerIn(text: string): GuardAnswer {
  const { allow, reason } = parsed(text);
  if (typeof allow !== "boolean") {
    throw new Error('its answer is not {"allow": true} or {"allow": false}');
  }
  if (allow || typeof reason !== "string") return allow;
  return reason.replaceAll(/\p{Cc}/gu, "?").slice(0, MOST_REASON_CHARACTERS);
}

function parsed(text: string): { allow?: unknown; reason?: unknown } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    throw new Error("its answer is not JSON");
  }
}
