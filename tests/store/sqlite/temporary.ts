import { SqliteCore } from "../../../lib/store/sqlite/core.ts";
import {
  type DatabaseOptions,
  openDatabase,
  urlOf,
} from "../../../lib/store/sqlite/database.ts";
import type {
  Arguments,
  OperationName,
  Result,
} from "../../../lib/store/sqlite/operations.ts";

/** Runs a test in a folder that is removed afterwards. */
export async function inTemporaryFolder(
  run: (folder: string) => void | Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A core over a file, which is made if it is not there. */
export function openCore(
  path: string,
  options: DatabaseOptions & { now?: () => number } = {},
): SqliteCore {
  return new SqliteCore(openDatabase(path, options), urlOf(path), options.now);
}

/** Asks a core one thing, and fails as the store over it would. */
export function ask<Name extends OperationName>(
  core: SqliteCore,
  name: Name,
  ...args: Arguments<Name>
): Result<Name> {
  const [outcome] = core.run([{ name, args }]);
  if ("failure" in outcome) throw new Error(outcome.failure);
  return outcome.value as Result<Name>;
}
