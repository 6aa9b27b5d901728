/**
 * Folders of which it is known what is in them.
 *
 * @module
 */

import { MAIL_CLASSES, type MailClass } from "../../features/mail_class.ts";
import { listMail, type MailFile } from "../../mail/folder.ts";
import { UsageError } from "../usage_error.ts";
import type { UnusableTally } from "./unusable.ts";

/** A path, and the class of all messages there. */
export interface Source {
  path: string;
  class: MailClass;
}

/** A file whose messages are of one class. */
export interface LabelledFile extends MailFile {
  class: MailClass;
}

/**
 * The paths that flags name.
 *
 * @throws {UsageError} when a path is named twice, or is not there
 */
export async function sourcesOf(
  paths: Record<MailClass, string[]>,
): Promise<Source[]> {
  const sources = MAIL_CLASSES.flatMap((mailClass) =>
    paths[mailClass].map((path) => ({ path, class: mailClass }))
  );
  const seen = new Set<string>();
  for (const source of sources) {
    const real = await readable(source, () => Deno.realPath(source.path));
    if (seen.has(real)) {
      throw new UsageError(`--${source.class}: ${source.path} is named twice`);
    }
    seen.add(real);
  }
  return sources;
}

/**
 * The files of a source. What is left out is counted.
 *
 * @throws {UsageError} when it cannot be read
 */
export async function filesOf(
  source: Source,
  unusable?: UnusableTally,
): Promise<LabelledFile[]> {
  const { files, leftOut } = await readable(
    source,
    () => listMail(source.path),
  );
  for (const { path, reason } of leftOut) unusable?.add(path, reason);
  return files.map((file) => ({ ...file, class: source.class }));
}

async function readable<T>(
  { path, class: mailClass }: Source,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound;
    throw new UsageError(
      isMissing
        ? `--${mailClass}: there is no file or folder ${path}`
        : `--${mailClass}: cannot read ${path}: ${(error as Error).message}`,
    );
  }
}
