/**
 * `GET /`: the page, for people with a browser.
 *
 * @module
 */

import type { Context } from "hono";
import { parseScan, ScanError } from "../features/scan.ts";
import { messageOf } from "../mail/message.ts";
import { messageScan } from "../mail/message_scan.ts";
import type { Asset } from "../page/assets.ts";
import { pageOf } from "../page/document.ts";
import type { Trial } from "../page/parts/explain.ts";
import { type DaemonFacts, takeSnapshot } from "../page/snapshot.ts";
import { readBytes } from "./body.ts";
import { ruleFor } from "./query.ts";
import type { Service } from "./service.ts";

/** So many reasons are given of a scan that was pasted. */
const MOST_REASONS = 40;

/** All that the page needs comes from here, and nobody may show it in theirs. */
const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; " +
    "img-src 'self'; connect-src 'self'; form-action 'self'; " +
    "base-uri 'none'; frame-ancestors 'none'",
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  // Without any, browsers would send forms with the origin "null".
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
};

/** The page; `?line=` names the line of networks to look at. */
export async function page(
  { req }: Context,
  { engine }: Service,
  facts: DaemonFacts,
): Promise<Response> {
  const snapshot = await takeSnapshot(engine, facts, req.query("line"));
  return new Response(pageOf(snapshot), { headers: HEADERS });
}

/** The page, with what the networks say of the scan in its form. */
export async function explain(
  { req }: Context,
  service: Service,
  facts: DaemonFacts,
): Promise<Response> {
  const [trial, status] = await tryPasted(req.raw, service);
  const snapshot = await takeSnapshot(service.engine, facts);
  return new Response(pageOf(snapshot, trial), { status, headers: HEADERS });
}

async function tryPasted(
  request: Request,
  { engine, limits, failures }: Service,
): Promise<[Trial, status: number]> {
  let text = "";
  try {
    const bytes = await readBytes(request, limits, 0);
    const form = new URLSearchParams(new TextDecoder().decode(bytes));
    text = form.get("scan") ?? "";
    const json = scanIn(text);
    const scan = parseScan(json);
    const rule = ruleFor(json, undefined);
    const scores = engine.tryScan(scan, { rule, explain: MOST_REASONS });
    return [{ text, scores }, 200];
  } catch (failure) {
    const { error, status } = failures.line(failure);
    return [{ text, error }, status];
  }
}

/**
 * The scan in a text: JSON, or what a filter wrote into a message's headers.
 *
 * @throws {ScanError} when it is neither
 */
function scanIn(text: string): unknown {
  if (/^\s*[[{]/.test(text)) {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new ScanError(`this is not JSON: ${(error as Error).message}`);
    }
  }
  const bytes = new TextEncoder().encode(`${text.trim()}\n\n`);
  const json = messageScan(messageOf("the text", bytes, bytes.length));
  if (typeof json !== "string") return json;
  throw new ScanError(
    `this is neither a scan as JSON nor a message that a filter has seen: ${json}`,
  );
}

/** A file of the page, unless the browser has it. */
export function asset(
  { req }: Context,
  { type, text, etag }: Asset,
): Response {
  const headers = {
    etag,
    "cache-control": "no-cache",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
  };
  // A proxy makes it a weak one where it compresses the answer.
  return req.header("if-none-match")?.replace(/^W\//, "") === etag
    ? new Response(null, { status: 304, headers })
    : new Response(text, { headers: { ...headers, "content-type": type } });
}
