/**
 * What a SQLite store looks like from outside, and what its file says.
 *
 * @module
 */

import type { SeriesDetails } from "../series_details.ts";
import type { Series } from "../store.ts";

/** Who owns a file or a folder, and who may do what with it. */
export interface Ownership {
  path: string;
  /** Absent where the system does not tell. */
  uid?: number;
  /** Permissions, such as 0o600. */
  mode?: number;
  /** Whether whoever looks may write it. */
  isWritable: boolean;
}

/** What there is to know of a SQLite store. */
export interface FileFacts {
  /** Tells the kinds of stores apart. */
  kind: "sqlite";
  url: string;
  /** Who looks; absent where the system does not tell. */
  asUid?: number;
  /** The file and those beside it (`-wal`, `-shm`); none before the first start. */
  files: Ownership[];
  /** The nearest folder of its path that is there. */
  folder: Ownership;
  /** Whether the folder of the file is there itself. */
  hasFolder: boolean;
  /** Of the file in bytes, without its log. */
  size: number;
  /** Bytes left for others than root; absent where the system does not tell. */
  freeBytes?: number;
  /** What the file says; absent where there is none, or `problem` says why. */
  contents?: FileContents;
  /** Why it cannot be read, for people. */
  problem?: string;
}

/** What the file of a SQLite store says. */
export interface FileContents {
  /** Of the tables; 0 where the file is empty. */
  version: number;
  /** That this program writes. */
  newestVersion: number;
  /** `wal` where neurald has opened it before. */
  journalMode: string;
  /** The first thing that is wrong with the file. */
  damage?: string;
  /** Whether all of it was looked through, within the time for it. */
  isChecked: boolean;
  /** Latest unix time in seconds that is noted in it. */
  latest?: number;
  /** Of the series that have any. */
  details: Map<Series, SeriesDetails>;
}
