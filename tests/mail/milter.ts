/**
 * Messages as rspamd and SpamAssassin hand them on, with their verdicts.
 *
 * @module
 */

/** A symbol, and what it added to the total. */
export type Found = [name: string, score: number, options?: string[]];

/**
 * `X-Spamd-Result` as rspamd's milter adds it (`milter_headers.lua`): the
 * greatest scores first, two decimals, folded after each semicolon.
 */
export function rspamdHeader(
  symbols: readonly Found[],
  { score = 0, required = 15, isRejected = false } = {},
): string {
  const verdict = `default: ${isRejected ? "True" : "False"} [${
    score.toFixed(2)
  } / ${required.toFixed(2)}]`;
  const found = symbols.toSorted(([, a], [, b]) => Math.abs(b) - Math.abs(a))
    .map(([name, score, options = []]) =>
      `${name}(${score.toFixed(2)})[${options.join(",")}]`
    );
  const value = [verdict, ...found].join("; ");
  return `X-Spamd-Result: ${value.replaceAll("; ", ";\n\t")}`;
}

/** What a message is made of. */
export interface MessageParts {
  /** Lines, without the end; what comes first is first. */
  headers?: string[];
  id?: string;
  from?: string;
  subject?: string;
  body?: string;
}

/** A message; headers that are given stand above all others. */
export function messageText(
  {
    headers = [],
    id,
    from = "a@example.com",
    subject = "News",
    body = "Hello.\n",
  }: MessageParts,
): string {
  return [
    "Return-Path: <a@example.com>",
    ...headers,
    "Received: from mail.example.com (mail.example.com [192.0.2.7])",
    "\tby mx.example.net with ESMTP id 1; Mon, 1 Jan 2024 10:00:00 +0000",
    `From: ${from}`,
    "To: b@example.net",
    `Subject: ${subject}`,
    ...id === undefined ? [] : [`Message-ID: <${id}>`],
    "",
    body,
  ].join("\n");
}
