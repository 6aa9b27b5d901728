/**
 * Folders of mail: Maildirs, and plain folders of files.
 *
 * @module
 */

import { reasonOf } from "./message_file.ts";

/** A file with mail in it. */
export interface MailFile {
  path: string;
  /**
   * The same as long as nothing new can be in it. In a Maildir it stays when a
   * message is read or flagged; elsewhere it changes with the file.
   */
  key: string;
}

/** What is in a folder. */
export interface MailListing {
  /** Sorted by path within each folder. */
  files: MailFile[];
  /** What is not looked at, and why. */
  leftOut: { path: string; reason: string }[];
}

/** Deeper folders are a mistake, or a way in circles. */
const MOST_DEPTH = 32;
/** Files that are looked at together. */
const AT_A_TIME = 64;

/**
 * Lists the files of a Maildir, of a plain folder and the folders within it, or
 * of a path that is a file itself.
 *
 * A Maildir is known by its folder `cur` or `new`. `tmp` is not looked at, nor
 * are the folders beside them (Maildir++), and messages marked as deleted
 * (flag `T`) are left out. In plain folders, hidden files are passed over.
 *
 * @throws {Deno.errors.NotFound} and others when the path cannot be read
 */
export async function listMail(path: string): Promise<MailListing> {
  const listing: MailListing = { files: [], leftOut: [] };
  const info = await Deno.stat(path);
  if (info.isDirectory) await listFolder(path, listing, 0);
  else if (info.isFile) listing.files.push({ path, key: keyOf(path, info) });
  else throw new Error("it is no folder and no regular file");
  return listing;
}

async function listFolder(
  path: string,
  listing: MailListing,
  depth: number,
): Promise<void> {
  const entries = await Array.fromAsync(Deno.readDir(path));
  const parts = entries
    .filter(({ name, isFile }) => !isFile && MAILDIR_PARTS.includes(name))
    .map(({ name }) => name);
  if (parts.length > 0) return await listMaildir(path, parts, listing);
  const names = entries.filter(({ name }) => !name.startsWith("."))
    .sort((a, b) => a.name < b.name ? -1 : 1);
  for (let at = 0; at < names.length; at += AT_A_TIME) {
    const some = names.slice(at, at + AT_A_TIME);
    const infos = await Promise.all(
      some.map(({ name }) =>
        Deno.stat(`${path}/${name}`).catch((error: unknown) => ({ error }))
      ),
    );
    for (const [i, { name, isDirectory }] of some.entries()) {
      const inner = `${path}/${name}`;
      const info = infos[i];
      if ("error" in info) {
        listing.leftOut.push({ path: inner, reason: reasonOf(info.error) });
      } else if (info.isFile) {
        listing.files.push({ path: inner, key: keyOf(inner, info) });
      } else if (!isDirectory) {
        // Whoever links to a folder may link to one that this one is in.
        const reason = info.isDirectory
          ? "it is a link to a folder"
          : "it is no regular file";
        listing.leftOut.push({ path: inner, reason });
      } else if (depth === MOST_DEPTH) {
        listing.leftOut.push({ path: inner, reason: "it is too deep" });
      } else {
        await listFolder(inner, listing, depth + 1).catch((error) => {
          listing.leftOut.push({ path: inner, reason: reasonOf(error) });
        });
      }
    }
  }
}

const MAILDIR_PARTS = ["cur", "new"];

async function listMaildir(
  path: string,
  parts: string[],
  listing: MailListing,
): Promise<void> {
  for (const part of parts.sort()) {
    const entries = await Array.fromAsync(Deno.readDir(`${path}/${part}`));
    const names = entries
      .filter(({ name, isFile }) => isFile && !name.startsWith("."))
      .map(({ name }) => name).sort();
    for (const name of names) {
      const [unique, flags = ""] = name.split(":2,");
      const file = `${path}/${part}/${name}`;
      if (flags.includes("T")) {
        const reason = "it is marked as deleted (flag T)";
        listing.leftOut.push({ path: file, reason });
      } else {
        listing.files.push({ path: file, key: `${path}\0${unique}` });
      }
    }
  }
}

function keyOf(path: string, { size, mtime }: Deno.FileInfo): string {
  return `${path}\0${size}\0${mtime?.getTime()}`;
}
