/**
 * Certificates of tests, made by openssl.
 *
 * @module
 */

import { assert } from "@std/assert";

/** Why there are none. */
export const whyNoCertificates: string | undefined = await (async () => {
  try {
    await new Deno.Command("openssl", { args: ["version"] }).output();
  } catch {
    return "there is no openssl";
  }
})();

/** Makes `NAME.crt`, which vouches for itself, and `NAME.key`. */
export async function makeCertificate(
  folder: string,
  name: string,
  days = 30,
): Promise<{ certificate: string; key: string }> {
  const certificate = `${folder}/${name}.crt`;
  const key = `${folder}/${name}.key`;
  const { success, stderr } = await new Deno.Command("openssl", {
    args: [
      ...["req", "-x509", "-newkey", "ec", "-nodes"],
      ...["-pkeyopt", "ec_paramgen_curve:prime256v1"],
      ...["-days", String(days), "-subj", `/CN=${name}`],
      ...["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
      ...["-addext", "basicConstraints=critical,CA:FALSE"],
      ...["-keyout", key, "-out", certificate],
    ],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return { certificate, key };
}
