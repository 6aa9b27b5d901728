/**
 * Whether a browser asks for another site, which may not use it.
 *
 * @module
 */

import { RequestError } from "../failure.ts";

/** What a site check depends on. */
export interface SiteRules {
  /** Names of this host besides its addresses and `localhost`. */
  readonly hostNames: readonly string[];
  /**
   * Whether the name in `Host` counts: without tokens, a site whose name leads
   * to this host (DNS rebinding) could do as it likes.
   */
  readonly checksHost: boolean;
  /** Whether the request changes nothing. */
  readonly reads: boolean;
}

const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|\[[\da-f:.]+\])$/;

/**
 * Checks what browsers say of where a request comes from. Other clients say
 * nothing.
 *
 * @throws {RequestError} when it is another site, or another name
 */
export function checkSite(headers: Headers, rules: SiteRules): void {
  const host = headers.get("host");
  const name = host === null ? undefined : nameIn(host);
  if (name !== undefined && rules.checksHost && !isOwn(name, rules)) {
    throw new RequestError(
      `this host is not known as ${JSON.stringify(name.slice(0, 100))}; ` +
        "if it is, say so by neurald { host_names = [NAME] }",
      421,
    );
  }
  const site = headers.get("sec-fetch-site");
  if (site === "cross-site" || site === "same-site") {
    if (!(rules.reads && isVisit(headers))) throw otherSite();
  }
  const origin = headers.get("origin");
  if (origin === null) return;
  const from = URL.canParse(origin) ? new URL(origin) : undefined;
  const isSame = from !== undefined && from.host === host?.toLowerCase();
  // A proxy may call this host by a name of its own.
  const isNamed = from !== undefined && rules.hostNames.includes(from.hostname);
  if (!isSame && !isNamed) throw otherSite();
}

/** Somebody follows a link: the other site sees nothing of the answer. */
function isVisit(headers: Headers): boolean {
  return headers.get("sec-fetch-mode") === "navigate" &&
    headers.get("sec-fetch-dest") === "document";
}

function nameIn(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, "");
}

function isOwn(name: string, { hostNames }: SiteRules): boolean {
  return name === "localhost" || ADDRESS.test(name) || hostNames.includes(name);
}

function otherSite(): RequestError {
  return new RequestError(
    "a browser asks for a page of another site, which may not do that",
    403,
  );
}
