/**
 * URLs of Redis.
 *
 * @module
 */

import { readAddress, type RedisAddress, SERVER_PORT } from "./address.ts";
import { type Login, loginOf } from "./login.ts";
import { RedisOptionError, URL_OPTION } from "./option_error.ts";

const FORMS = "write redis://[USER[:PASSWORD]@]HOST[:PORT][/DB], " +
  "rediss://… for TLS, redis+cluster://HOST[:PORT][,HOST[:PORT]…], " +
  "or redis+unix:///PATH[?db=N]";

/** Servers, and what is said with their names. */
export interface NamedServers {
  servers: readonly RedisAddress[];
  /** Undefined where the settings may say so, as with the others. */
  isTls?: boolean;
  isCluster?: boolean;
  login?: Login;
  database?: string;
}

/**
 * Reads a URL.
 *
 * @throws {RedisOptionError} which shows nothing of the URL but its scheme
 */
export function serversOfUrl(text: string): NamedServers {
  const scheme = text.split(":", 1)[0].toLowerCase();
  const parts = partsOf(text, scheme);
  try {
    const named = parts &&
      (scheme === "redis+unix" ? socketOf(parts) : serversOf(parts, scheme));
    if (named) return { ...named, login: loginIn(parts) };
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
  }
  throw new RedisOptionError(
    URL_OPTION,
    `${scheme}: this is no address; ${FORMS}`,
  );
}

/** What a URL consists of. */
interface UrlParts {
  /** With one host; several are no URL elsewhere. */
  url: URL;
  hosts: string[];
}

const AROUND_HOSTS = /^([^/]*\/\/(?:[^/?#]*@)?)([^/?#@]+)(.*)$/s;

function partsOf(text: string, scheme: string): UrlParts | undefined {
  const [, before, hosts, after] = scheme.endsWith("+cluster")
    ? AROUND_HOSTS.exec(text) ?? []
    : [];
  const url = URL.parse(hosts ? `${before}host${after}` : text);
  if (!url || url.hash) return undefined;
  return { url, hosts: hosts?.split(",") ?? [url.host] };
}

function socketOf({ url }: UrlParts): NamedServers | undefined {
  const { host, pathname, searchParams } = url;
  const others = [...searchParams.keys()].filter((key) => key !== "db");
  const isLocal = host === "" || host === "localhost";
  if (pathname.length < 2 || others.length > 0 || !isLocal) return undefined;
  return {
    servers: [{ path: decodeURIComponent(pathname) }],
    isTls: false,
    isCluster: false,
    database: searchParams.get("db") ?? undefined,
  };
}

function serversOf(
  { url, hosts }: UrlParts,
  scheme: string,
): NamedServers | undefined {
  const servers = hosts.map((host) => readAddress(host, SERVER_PORT))
    .filter((address) => address !== undefined);
  if (servers.length < hosts.length || url.search) return undefined;
  return {
    servers,
    isTls: scheme.startsWith("rediss") || undefined,
    isCluster: scheme.endsWith("+cluster") || undefined,
    database: url.pathname.slice(1) || undefined,
  };
}

function loginIn({ url }: UrlParts): Login | undefined {
  const { username, password } = url;
  if (!username && !password) return undefined;
  return loginOf(
    decodeURIComponent(username),
    decodeURIComponent(password),
  );
}
