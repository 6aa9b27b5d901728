/**
 * Whether HTTPS can be served by the certificate, and for how long.
 *
 * @module
 */

import { readCertificate } from "../../../http/server/certificate.ts";
import { ListenError } from "../../../http/server/listen_error.ts";
import { timeOf } from "../../models/describe.ts";
import type { Level, Remark } from "../finding.ts";
import type { Setup } from "../setup.ts";

const DAY_SECONDS = 86_400;

/** Certificates that are renewed by themselves are renewed before. */
const SOON_DAYS = 14;

/** Reads the certificate with its key, where there is one. */
export async function checkCertificate(
  { config, options: { listen }, now }: Setup,
): Promise<Remark[]> {
  const { tls } = config.neurald;
  if ("path" in listen || tls.certificate === undefined) return [];
  const subject = tls.certificate;
  try {
    const certificate = await readCertificate(tls);
    if (!certificate) return [];
    const endsAt = certificate.validTo.getTime() / 1000;
    const days = Math.floor((endsAt - now) / DAY_SECONDS);
    const [level, message]: [Level, string] = endsAt < now
      ? ["error", `it has expired at ${timeOf(endsAt)}`]
      : days < SOON_DAYS
      ? ["warning", `it expires in ${days} days, at ${timeOf(endsAt)}`]
      : ["ok", `it fits its key, and expires in ${days} days`];
    const fix = level === "ok"
      ? undefined
      : `renew it (certbot renew, or whoever issued it), and then: ${RELOAD}`;
    return [{ level, subject, message, fix }];
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    return [{
      level: "error",
      subject,
      message: error.message,
      fix:
        "name a certificate and its key, both in PEM, which neurald's user " +
        "may read, in neurald { tls { certificate; key; } }",
    }];
  }
}

const RELOAD = "systemctl reload neurald";
