/**
 * What is judged: a file of labelled scans, or folders of mail.
 *
 * @module
 */

import type { MailFilter } from "../../mail/find_verdict.ts";
import type { Flags } from "../flags.ts";
import type { FOLDER_FLAGS } from "../folders/flags.ts";
import { scansInFolders } from "../folders/scans.ts";
import { sourcesOf } from "../folders/sources.ts";
import type { UnusableTally } from "../folders/unusable.ts";
import { type PlacedScan, readLabelledFile } from "../labelled_file.ts";
import { UsageError } from "../usage_error.ts";
import type { Judge } from "./judge.ts";

/** The flags that say what is judged. */
type InputFlags = { input?: string } & Flags<typeof FOLDER_FLAGS>;

/** Where scans come from. */
export interface Input {
  /** For messages. */
  name: string;
  /** Gives the scans; judges hear what a header says. */
  scansFor(judges: readonly Judge[]): AsyncIterable<PlacedScan>;
}

/**
 * What the flags name: a file, or folders.
 *
 * @param unusable counts messages of folders that have no scan
 * @throws {UsageError} when they name neither, or both, or what is not there
 */
export async function inputOf(
  { input, spam, ham, filter }: InputFlags,
  unusable: UnusableTally,
): Promise<Input> {
  const paths = [...spam, ...ham];
  if (input === undefined) {
    if (paths.length === 0) {
      throw new UsageError("--input FILE is needed, or --spam and --ham PATH");
    }
    const sources = await sourcesOf({ spam, ham });
    return {
      name: paths.join(", "),
      scansFor: () =>
        scansInFolders(sources, filter as MailFilter | undefined, unusable),
    };
  }
  if (paths.length > 0 || filter !== undefined) {
    throw new UsageError("--input is a file of scans: it takes no folders");
  }
  return {
    name: input,
    scansFor: (judges) =>
      readLabelledFile(input, (header) => {
        for (const judge of judges) judge.describe(header);
      }),
  };
}
