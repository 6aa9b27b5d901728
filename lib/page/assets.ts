/**
 * What the page consists of besides its HTML; part of the program.
 *
 * @module
 */

import { createHash } from "node:crypto";
import icon from "./browser/icon.svg" with { type: "text" };
import script from "./browser/page.js" with { type: "text" };
import style from "./browser/page.css" with { type: "text" };

/** A file that browsers ask for. */
export interface Asset {
  path: string;
  type: string;
  text: string;
  /** Another one for another text. */
  etag: string;
}

/** All of them. */
export const ASSETS: readonly Asset[] = [
  asset("/page/icon.svg", "image/svg+xml", icon),
  asset("/page/page.css", "text/css; charset=utf-8", style),
  asset("/page/page.js", "text/javascript; charset=utf-8", script),
];

function asset(path: string, type: string, text: string): Asset {
  const digest = createHash("sha256").update(text).digest("base64url");
  return { path, type, text, etag: `"${digest.slice(0, 22)}"` };
}
