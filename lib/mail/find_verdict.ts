/**
 * Finds what the own mail filter wrote about a message into its headers.
 *
 * @module
 */

import { headerValues, type MailHeaders } from "./headers.ts";
import { parseRspamdResult } from "./rspamd_result.ts";
import { parseSpamAssassinStatus } from "./spamassassin_status.ts";
import { type FilterVerdict, MOST_NAME_LENGTH } from "./verdict.ts";

/** Filters whose headers are understood. */
export const MAIL_FILTERS = ["rspamd", "spamassassin"] as const;

/** A filter whose headers are understood. */
export type MailFilter = typeof MAIL_FILTERS[number];

/** Which header each filter writes. */
const HEADERS: Record<MailFilter, string> = {
  rspamd: "X-Spamd-Result",
  spamassassin: "X-Spam-Status",
};

const PARSERS: Record<MailFilter, (value: string) => FilterVerdict | string> = {
  rspamd: parseRspamdResult,
  spamassassin: parseSpamAssassinStatus,
};

/**
 * Finds the verdict of the own filter.
 *
 * A sender may have written such headers too. The own filter's are trusted by
 * where they stand: what is above the first `Received` was written after the
 * message came, and counts first. Where nothing stands there, `X-Spamd-Result`
 * counts before `X-Spam-Status`, for rspamd removes what others wrote by that
 * name. Of several of one kind the topmost counts.
 *
 * @param filter the only one to believe, if it is known
 * @returns a text that says why there is no verdict, where there is none
 */
export function findVerdict(
  headers: MailHeaders,
  filter?: MailFilter,
): FilterVerdict | string {
  const filters = filter === undefined ? MAIL_FILTERS : [filter];
  const received = headers.fields.findIndex(({ name }) => name === "received");
  const above = headers.fields.slice(0, Math.max(0, received))
    .flatMap(({ name, value }) => {
      const writer = filters.find((filter) =>
        HEADERS[filter].toLowerCase() === name
      );
      return writer === undefined ? [] : [{ writer, value }];
    });
  const anywhere = filters.flatMap((writer) =>
    headerValues(headers, HEADERS[writer].toLowerCase()).slice(0, 1)
      .map((value) => ({ writer, value }))
  );
  // Where one cannot be used, another one may.
  let reason: string | undefined;
  for (const { writer, value } of [...above, ...anywhere]) {
    const verdict = PARSERS[writer](value);
    if (typeof verdict !== "string") {
      return writer === "rspamd" ? withAction(verdict, headers) : verdict;
    }
    reason ??= verdict;
  }
  return reason ??
    `no ${
      filters.map((filter) => HEADERS[filter]).join(" and no ")
    } in its headers`;
}

/** rspamd tells its action in another header, if it is told to. */
function withAction(
  verdict: FilterVerdict,
  headers: MailHeaders,
): FilterVerdict {
  const [action] = headerValues(headers, "x-rspamd-action");
  return action && action.length <= MOST_NAME_LENGTH
    ? { ...verdict, action }
    : verdict;
}
