/**
 * `neurald learn` on folders of mail, with a place of its own for what it
 * keeps.
 *
 * @module
 */

import type { MailClass } from "../../../lib/features/mail_class.ts";
import { type Found, messageText, rspamdHeader } from "../../mail/milter.ts";
import { neurald, type Outcome } from "../neurald.ts";

/** What the summary says, for programs. */
export interface Summary {
  learned: { spam: number; ham: number };
  corrected: { spam: number; ham: number };
  known: number;
  alike: number;
  duplicates: number;
  contradictory: number;
  unusable: { reason: string; messages: number; places: string[] }[];
}

/** Where a command under test keeps what was learned. */
export function environment(folder: string): Record<string, string> {
  return { XDG_STATE_HOME: `${folder}/state` };
}

/** Teaches folders by the command. */
export function learn(folder: string, ...args: string[]): Promise<Outcome> {
  return neurald(["learn", ...args], { env: environment(folder) });
}

/** The same, where it has to go well. */
export async function summaryOf(
  folder: string,
  ...args: string[]
): Promise<Summary> {
  const { code, stdout, stderr } = await learn(folder, "--json", ...args);
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

/** A message in which rspamd found what it finds in such; each is unlike. */
export function filtered(mailClass: MailClass, number: number): string {
  const symbols: Found[] = [
    [mailClass === "spam" ? "BAYES_SPAM" : "BAYES_HAM", 3],
    ...[...number.toString(2)].flatMap((bit, i): Found[] =>
      bit === "1" ? [[`BIT_${i}_OF_${number.toString(2).length}`, 0.1]] : []
    ),
  ];
  return messageText({
    headers: [rspamdHeader(symbols)],
    id: `${mailClass}.${number}@example.com`,
    body: `This is ${mailClass} ${number}.\n`,
  });
}
