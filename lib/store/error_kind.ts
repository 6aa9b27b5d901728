/**
 * Why stores fail, sorted into few kinds.
 *
 * @module
 */

/** What may be wrong with a store. */
export const STORE_ERROR_KINDS = [
  "full",
  "out_of_memory",
  "not_writable",
  "damaged",
  "locked",
  "timeout",
  "unreachable",
  "other",
] as const;

/** One of {@linkcode STORE_ERROR_KINDS}. */
export type StoreErrorKind = typeof STORE_ERROR_KINDS[number];

/** By words of the reasons that SQLite and Redis are told with. */
const KINDS: readonly [words: RegExp, kind: StoreErrorKind][] = [
  [/no space left/, "full"],
  [/\(OOM\)/, "out_of_memory"],
  [
    /\((READONLY|MISCONF|NOREPLICAS)\)|cannot be opened and written/,
    "not_writable",
  ],
  [/is damaged|not a SQLite database/, "damaged"],
  [/keeps the file locked/, "locked"],
  [/not answer(ed)?\b|still at work|too many requests wait/, "timeout"],
  [
    /refuses connections|closed the connection|no way to|no host of|looked up|no such socket|\((LOADING|CLUSTERDOWN|MASTERDOWN)\)/,
    "unreachable",
  ],
];

/** The kind of an error of a store. */
export function storeErrorKind(error: unknown): StoreErrorKind {
  const said = error instanceof Error ? error.message : String(error);
  return KINDS.find(([words]) => words.test(said))?.[1] ?? "other";
}
