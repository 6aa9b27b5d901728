/**
 * Certificates for tests, made by `openssl`.
 *
 * @module
 */

import { assert } from "@std/assert";

/** Files (PEM) of an authority, and of what it has signed. */
export interface Certificates {
  authority: string;
  certificate: string;
  key: string;
}

/**
 * Makes an authority in a folder, and a certificate of it for 127.0.0.1 and
 * `redis.example`.
 */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const path = (name: string) => `${folder}/${name}`;
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  await Deno.writeTextFile(
    path("names"),
    "subjectAltName=DNS:redis.example,IP:127.0.0.1\n",
  );
  await openssl(
    ...["req", "-x509", ...key, "-nodes", "-days", "2", "-subj", "/CN=Test"],
    ...["-keyout", path("ca.key"), "-out", path("ca.crt")],
  );
  await openssl(
    ...["req", ...key, "-nodes", "-subj", "/CN=redis.example"],
    ...["-keyout", path("redis.key"), "-out", path("redis.csr")],
  );
  await openssl(
    ...["x509", "-req", "-days", "2", "-in", path("redis.csr")],
    ...["-CA", path("ca.crt"), "-CAkey", path("ca.key"), "-CAcreateserial"],
    ...["-extfile", path("names"), "-out", path("redis.crt")],
  );
  return {
    authority: path("ca.crt"),
    certificate: path("redis.crt"),
    key: path("redis.key"),
  };
}

async function openssl(...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", { args })
    .output();
  assert(success, new TextDecoder().decode(stderr));
}
