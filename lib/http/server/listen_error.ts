/** The address cannot be listened on. The message says why. */
export class ListenError extends Error {
  override name = "ListenError";
}
