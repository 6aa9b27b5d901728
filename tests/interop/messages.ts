/**
 * Mail made up for tests, in which rspamd finds different symbols.
 *
 * @module
 */

import type { MailClass } from "../../lib/features/mail_class.ts";
import { Random } from "../../lib/nn/random.ts";

/** A message for a test. */
export interface Message {
  class: MailClass;
  /** For what a failing test says. */
  name: string;
  /** Headers and body. */
  text: string | Uint8Array<ArrayBuffer>;
}

/** How one message differs from others. */
interface Trait {
  /** Share of the messages of a class that have it. */
  shares: Record<MailClass, number>;
  headers?: Record<string, string>;
  /** Headers that it takes away. */
  without?: string[];
  /** HTML instead of plain text. */
  html?: string;
  /** Text at the end of the body. */
  text?: string;
}

const SPAM = { spam: 0.6, ham: 0.05 };
const HAM = { spam: 0.05, ham: 0.6 };
const EITHER = { spam: 0.4, ham: 0.4 };

const TRAITS: readonly Trait[] = [
  { shares: SPAM, without: ["Message-ID"] },
  { shares: SPAM, without: ["To"] },
  { shares: SPAM, without: ["Date"] },
  { shares: SPAM, headers: { Subject: "WIN A MILLION DOLLARS NOW!" } },
  { shares: SPAM, headers: { From: "offers@cheap.example.biz" } },
  { shares: SPAM, headers: { "Reply-To": "someone.else@example.de" } },
  { shares: SPAM, headers: { "X-Mailer": "Microsoft Outlook, Build 10.0" } },
  { shares: SPAM, headers: { "X-Priority": "1" } },
  { shares: SPAM, headers: { "X-PHP-Originating-Script": "0:mailer.php" } },
  {
    shares: SPAM,
    html: '<a href="http://198.51.100.4/buy">https://bank.example.com/</a>' +
      '<p style="display:none">nothing to see</p><img src="http://a.example.biz/i.png">',
  },
  { shares: SPAM, text: "http://198.51.100.9/ http://www.example.biz/?a=b" },
  { shares: SPAM, text: "\u202Eunsubscribe\u202C \u200B\u200B" },
  {
    shares: HAM,
    headers: { "List-Unsubscribe": "<mailto:leave@example.org>" },
  },
  { shares: HAM, headers: { "In-Reply-To": "<question@example.org>" } },
  { shares: HAM, headers: { "User-Agent": "Mutt/2.2.12 (2023-09-09)" } },
  { shares: HAM, headers: { Subject: "Re: minutes of the meeting" } },
  { shares: HAM, headers: { "X-Mailer": "Apple Mail (2.3731.700.6)" } },
  { shares: HAM, headers: { Cc: "Carol <carol@example.net>" } },
  { shares: HAM, text: "-- \r\nAlice Example, Example Ltd." },
  { shares: EITHER, text: "See https://www.example.com/ for more." },
  { shares: EITHER, headers: { Organization: "Example Ltd." } },
  { shares: EITHER, headers: { Precedence: "bulk" } },
  { shares: EITHER, headers: { To: "bob@example.net, dave@example.net" } },
];

const WORDS =
  "the report for this week is ready please look at what we found in May 2024 and tell everyone by Friday how it went"
    .split(" ");

/**
 * Makes messages up: as many of either class, in turn.
 *
 * @param seed another one makes other messages
 * @param now when they are sent
 */
export function makeMessages(
  pairs: number,
  seed: number,
  now = new Date(),
): Message[] {
  const random = new Random(seed);
  return Array.from({ length: 2 * pairs }, (_, i) => {
    const mailClass = i % 2 === 0 ? "spam" : "ham";
    const text = makeMessage(mailClass, random, now);
    return { class: mailClass, name: `message ${i} of ${seed}`, text };
  });
}

function makeMessage(mailClass: MailClass, random: Random, now: Date): string {
  const traits = TRAITS.filter(({ shares }) =>
    random.uniform() < shares[mailClass]
  );
  const headers: Record<string, string> = {
    Received: receivedFrom(random, now),
    From: "Alice <alice@example.com>",
    To: "Bob <bob@example.net>",
    Subject: "The report for this week",
    Date: now.toUTCString().replace("GMT", "+0000"),
    "Message-ID": `<${Math.floor(random.uniform() * 1e9)}@example.com>`,
    "MIME-Version": "1.0",
  };
  for (const trait of traits) Object.assign(headers, trait.headers);
  for (const name of traits.flatMap(({ without = [] }) => without)) {
    delete headers[name];
  }
  const html = traits.flatMap((trait) => trait.html ?? []);
  const subtype = html.length > 0 ? "html" : "plain";
  headers["Content-Type"] = `text/${subtype}; charset=utf-8`;
  const body = [
    ...sentences(random),
    ...html,
    ...traits.flatMap(({ text }) => text ?? []),
  ];
  const head = Object.entries(headers).map(([name, text]) =>
    `${name}: ${text}`
  );
  return [...head, "", ...body, ""].join("\r\n");
}

function receivedFrom(random: Random, now: Date): string {
  const protocol = random.uniform() < 0.5 ? "ESMTP" : "ESMTPS";
  return `from mail.example.com (mail.example.com [192.0.2.7]) by mx.example.net with ${protocol} id 1; ${now.toUTCString()}`;
}

/** Sentences of which no two messages have the same. */
function sentences(random: Random): string[] {
  const pick = (count: number) => Math.floor(random.uniform() * count);
  return Array.from(
    { length: 2 + pick(20) },
    () =>
      Array.from({ length: 3 + pick(12) }, () => WORDS[pick(WORDS.length)])
        .join(" ") + ".",
  );
}
