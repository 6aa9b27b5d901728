/**
 * Options of `tls { }`.
 *
 * @module
 */

import { optional } from "../option.ts";
import { name } from "../option_types.ts";

/** The files of a certificate; both are needed. */
export const TLS_OPTIONS = {
  certificate: optional({
    name: "certificate",
    type: name,
    description: "file of the certificate and those that vouch for it (PEM)",
  }),
  key: optional({
    name: "key",
    type: name,
    description: "file of its private key (PEM)",
  }),
};
