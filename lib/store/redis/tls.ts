/**
 * Certificates and keys, read from files.
 *
 * @module
 */

import type { TlsOptions } from "./options.ts";

/** Texts in PEM, as `node:tls` takes them. */
export interface TlsFiles {
  ca?: string[];
  cert?: string;
  key?: string;
}

/**
 * Reads the files of TLS.
 *
 * @throws {Error} (as a rejection) with the name of a file that cannot be read
 */
export async function tlsFiles(options: TlsOptions): Promise<TlsFiles> {
  const { caFile, caDirectory, certificateFile, keyFile } = options;
  const authorities = [
    ...caFile === undefined ? [] : [caFile],
    ...caDirectory === undefined ? [] : await filesIn(caDirectory),
  ];
  const files: TlsFiles = {};
  if (caFile !== undefined || caDirectory !== undefined) {
    files.ca = await Promise.all(authorities.map(read));
  }
  if (certificateFile !== undefined) files.cert = await read(certificateFile);
  if (keyFile !== undefined) files.key = await read(keyFile);
  return files;
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    const names: string[] = [];
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (!isDirectory) names.push(`${folder}/${name}`);
    }
    return names.sort();
  } catch (error) {
    throw unreadable(folder, error);
  }
}

async function read(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): Error {
  return new Error(`${path} cannot be read: ${(error as Error).message}`);
}
