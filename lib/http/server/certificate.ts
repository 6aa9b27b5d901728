/**
 * The certificate that HTTPS is served by.
 *
 * @module
 */

import { createPrivateKey, X509Certificate } from "node:crypto";
import { ListenError } from "./listen_error.ts";

/** Where a certificate is; nothing where there is none. */
export interface CertificateFiles {
  readonly certificate?: string;
  readonly key?: string;
}

/** A certificate and its key, in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** When it ends. */
  readonly validTo: Date;
}

/**
 * Reads a certificate with its key, and checks that they belong together.
 *
 * @throws {ListenError} (as a rejection) saying what is wrong with which file
 */
export async function readCertificate(
  files: CertificateFiles,
): Promise<Certificate | undefined> {
  if (files.certificate === undefined || files.key === undefined) return;
  const cert = await readText(files.certificate);
  const key = await readText(files.key);
  const certificate = parse(
    files.certificate,
    "certificate",
    () => new X509Certificate(cert),
  );
  const privateKey = parse(
    files.key,
    "private key without a password",
    () => createPrivateKey(key),
  );
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new ListenError(
      `${files.key} is not the key of the certificate in ${files.certificate}`,
    );
  }
  return { cert, key, validTo: new Date(certificate.validTo) };
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new ListenError(`cannot read ${path}: ${(error as Error).message}`);
  }
}

function parse<T>(path: string, what: string, read: () => T): T {
  try {
    return read();
  } catch {
    // The message could quote the key.
    throw new ListenError(`${path} holds no ${what} in PEM`);
  }
}
