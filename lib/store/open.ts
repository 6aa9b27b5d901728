import { openSqliteStore } from "./sqlite/client.ts";
import { type Store, StoreError } from "./store.ts";

const FORMS = "write sqlite:PATH, for example " +
  "sqlite:/var/lib/neurald/neurald.sqlite";

/**
 * Opens the store that a URL names.
 *
 * - `sqlite:PATH`: a SQLite file, created if it is not there. What follows
 *   the colon is the path as it stands: neither percent-encoding nor `?` is
 *   interpreted, and a relative path starts at the current folder. A path
 *   that starts with `//` is refused, since other programs read
 *   `sqlite:///data` as a relative path.
 * - `sqlite::memory:`: a store that is gone when it is closed.
 *
 * @throws {StoreError} (as a rejection) if the URL is of another form, or the
 * store cannot be opened. It shows no more of a URL than its scheme, as the
 * rest may hold a password.
 */
export async function openStore(url: string): Promise<Store> {
  const scheme = url.match(/^([a-z][a-z0-9+.-]*):/i)?.[1].toLowerCase();
  if (scheme === "sqlite") return await openSqliteStore(sqlitePath(url));
  if (scheme === undefined) {
    throw new StoreError(`the store is not named by a URL; ${FORMS}`);
  }
  if (scheme.startsWith("redis")) {
    throw new StoreError(
      `${scheme}: this version of neurald keeps its samples in SQLite only; ` +
        FORMS,
    );
  }
  throw new StoreError(`${scheme}: there is no such kind of store; ${FORMS}`);
}

function sqlitePath(url: string): string {
  const path = url.slice("sqlite:".length);
  if (path === "" || path.startsWith("//")) {
    throw new StoreError(`${url}: this is no path; ${FORMS}`);
  }
  return path;
}
