/**
 * Where models are: what may stand in `url` and `base_url`.
 *
 * @module
 */

/** Schemes of URLs that files can be had by. */
const SCHEMES = ["file:", "https:", "http:"];

/**
 * Reads where a model is: an absolute path, or a URL with `file:`, `https:` or
 * `http:`.
 *
 * @returns nothing where it is neither
 */
export function parseLocation(text: string): URL | undefined {
  if (text.startsWith("/")) {
    return new URL(
      `file://${text.split("/").map(encodeURIComponent).join("/")}`,
    );
  }
  const url = URL.parse(text);
  if (!url || !SCHEMES.includes(url.protocol)) return undefined;
  // What is on another host is no file of this one.
  return url.protocol === "file:" && url.hostname !== "" ? undefined : url;
}

/**
 * Where the model for some feature providers is, below a base
 * (rspamd `build_model_url`).
 *
 * @param digest of the providers
 */
export function modelLocation(base: URL, digest: string): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/${digest}`;
  return url;
}

/** A location that is told: without passwords, and what may be one. */
export function shownLocation({ href }: URL): string {
  const url = new URL(href);
  url.username = url.password = url.hash = "";
  if (url.search !== "") url.search = "?...";
  return url.href;
}

/** Where something that belongs to a file is, by the end of its name. */
export function beside(url: URL, suffix: string): URL {
  const other = new URL(url);
  other.pathname += suffix;
  return other;
}
