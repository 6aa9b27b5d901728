/** The command line is wrong: exit code 2. The message names the flag. */
export class UsageError extends Error {
  override name = "UsageError";
}
