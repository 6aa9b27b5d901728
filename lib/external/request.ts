/**
 * One request for a file over HTTP.
 *
 * `fetch` looks up names by itself, so that an address could be checked and
 * another one asked. Here the address that was checked is the one that is
 * connected to, whatever the name stands for a moment later.
 *
 * @module
 */

import { lookup } from "node:dns/promises";
import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { isLoopbackAddress, isPublicAddress } from "./address.ts";
import { collect, tooLarge } from "./collect.ts";
import { FetchError } from "./failure.ts";

/** What tells whether a file has changed. */
export interface Validators {
  etag?: string;
  /** As the server has said it. */
  lastModified?: string;
}

/** What is asked for, where one may go, and how much to take. */
export interface RequestOptions {
  /** Those of the file that is there already. */
  validators?: Validators;
  maxBytes: number;
  /** Whether addresses that are not public may be asked. */
  allowPrivate: boolean;
  /** Whether others may be asked than this host without TLS. */
  allowPlain: boolean;
  /** Authorities (PEM) that are trusted instead of the public ones. */
  ca?: string;
  /** Ends it; its reason is thrown. */
  signal: AbortSignal;
}

/** What came. */
export interface ReceivedFile extends Validators {
  bytes: Uint8Array<ArrayBuffer>;
}

/** Longer ones are not kept. */
const MAX_VALIDATOR_LENGTH = 1024;

/**
 * Asks for a file.
 *
 * @param url with `http:` or `https:`
 * @returns nothing where it is the one that is there already, or where to ask
 * instead
 * @throws {FetchError} when it cannot be had
 * @throws the reason of the signal
 */
export async function request(
  url: URL,
  options: RequestOptions,
): Promise<ReceivedFile | URL | undefined> {
  const { signal } = options;
  const addresses = await within(signal, addressesOf(url, options));
  let outgoing: ClientRequest | undefined;
  try {
    outgoing = send(url, addresses, options);
    const response = await responseOf(outgoing);
    return await read(url, response, options);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof FetchError) throw error;
    throw new FetchError("unreachable", (error as Error).message);
  } finally {
    outgoing?.destroy();
  }
}

interface Address {
  address: string;
  family: number;
}

/** Those addresses of a host that may be asked. */
async function addressesOf(
  { protocol, hostname }: URL,
  { allowPrivate, allowPlain }: RequestOptions,
): Promise<Address[]> {
  const host = hostname.replace(/^\[|\]$/g, "");
  const all = await resolve(host);
  const allowed = all.filter(({ address }) =>
    allowPrivate || isPublicAddress(address)
  );
  if (allowed.length === 0) {
    throw new FetchError(
      "forbidden",
      `${host} has no public address (${
        all.map(({ address }) => address).join(", ")
      }); allow_private lets it be asked`,
    );
  }
  if (protocol === "https:" || allowPlain) return allowed;
  const own = allowed.filter(({ address }) => isLoopbackAddress(address));
  if (own.length > 0) return own;
  throw new FetchError(
    "forbidden",
    `${host} is another host, and without https: anybody on the way could ` +
      "change what it says; give sign_key, or use https:",
  );
}

async function resolve(host: string): Promise<Address[]> {
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  try {
    return await lookup(host, { all: true });
  } catch (error) {
    throw new FetchError(
      "unreachable",
      `${host} cannot be resolved: ${(error as Error).message}`,
    );
  }
}

/** Does not wait for what cannot be ended. */
async function within<T>(signal: AbortSignal, step: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const end = () => reject(signal.reason);
  signal.addEventListener("abort", end);
  try {
    return await Promise.race([step, promise]);
  } finally {
    signal.removeEventListener("abort", end);
  }
}

function send(
  url: URL,
  addresses: readonly Address[],
  { validators = {}, ca, signal }: RequestOptions,
): ClientRequest {
  const { etag, lastModified } = validators;
  const options: https.RequestOptions = {
    agent: false,
    lookup: always(addresses),
    ca,
    signal,
    headers: {
      accept: "*/*",
      // Bytes as they are: they are counted, and signed.
      "accept-encoding": "identity",
      "user-agent": "neurald",
      ...etag !== undefined && { "if-none-match": etag },
      ...lastModified !== undefined && { "if-modified-since": lastModified },
    },
  };
  const outgoing = url.protocol === "https:"
    ? https.request(url, options)
    : http.request(url, options);
  outgoing.end();
  return outgoing;
}

/** Every name stands for these addresses. */
function always(addresses: readonly Address[]): LookupFunction {
  return (_host, { all }, answer) => {
    if (all) answer(null, [...addresses]);
    else answer(null, addresses[0].address, addresses[0].family);
  };
}

function responseOf(outgoing: ClientRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  // It stays: an error without a listener would end the process.
  outgoing.on("error", reject);
  outgoing.on("response", (response) => {
    response.on("error", () => {});
    resolve(response);
  });
  return promise;
}

async function read(
  url: URL,
  response: IncomingMessage,
  { validators, maxBytes }: RequestOptions,
): Promise<ReceivedFile | URL | undefined> {
  const { statusCode = 0, headers } = response;
  if (statusCode === 304 && validators) return undefined;
  if ([301, 302, 303, 307, 308].includes(statusCode)) {
    const { location } = headers;
    const next = location && URL.parse(location, url);
    if (next) return next;
    throw new FetchError("forbidden", "it is redirected to nowhere");
  }
  if (statusCode !== 200) {
    throw new FetchError(
      "unavailable",
      `the server answers ${statusCode}`,
      statusCode >= 500 || statusCode === 429,
    );
  }
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") {
    throw new FetchError(
      "unavailable",
      "the server answers with a content-encoding that was not asked for",
    );
  }
  if (Number(headers["content-length"]) > maxBytes) throw tooLarge(maxBytes);
  return {
    bytes: await bytesOf(response, maxBytes),
    etag: shortened(headers.etag),
    lastModified: shortened(headers["last-modified"]),
  };
}

function shortened(value: string | undefined): string | undefined {
  return value && value.length <= MAX_VALIDATOR_LENGTH ? value : undefined;
}

async function bytesOf(
  response: IncomingMessage,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const bytes = await collect(response, maxBytes);
    if (response.complete) return bytes;
  } catch (error) {
    if (error instanceof FetchError) throw error;
  }
  throw new FetchError("truncated", "it ended in the middle");
}
