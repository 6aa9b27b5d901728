/**
 * Checks of a configuration that concern who may do what.
 *
 * @module
 */

import { parseListenAddress } from "./address.ts";
import type { NeuraldConfig } from "./config.ts";
import { isLocal, whyExposed } from "./exposure.ts";
import { NEURALD_OPTIONS as OPTIONS } from "./options/neurald.ts";
import { TLS_OPTIONS } from "./options/tls.ts";
import type { Severity } from "./problem.ts";
import type { Findings } from "./section_reader.ts";

/** The section that all of this stands in. */
const SECTION = "neurald";

/** Reports what would let strangers in, or read along. */
export function checkAccess(neurald: NeuraldConfig, findings: Findings): void {
  const report = (severity: Severity, option: string, message: string) => {
    const path = `${SECTION}.${option}`;
    const at = findings.origins.get(path);
    if (!at || at === "default" || findings.wrong.has(path)) return;
    findings.problems.add(severity, at, path, message);
  };
  const { tls, listen } = neurald;
  const [certificate, key] = [TLS_OPTIONS.certificate, TLS_OPTIONS.key]
    .map(({ name }) => `${OPTIONS.tls.name}.${name}`);
  if (tls.certificate !== undefined && tls.key === undefined) {
    report("error", certificate, `it needs ${key} too`);
  }
  if (tls.key !== undefined && tls.certificate === undefined) {
    report("error", key, `it needs ${certificate} too`);
  }
  const address = parseListenAddress(listen)!;
  const isSound = !findings.wrong.has(`${SECTION}.${OPTIONS.tokens.name}`);
  const exposed = whyExposed(address, neurald);
  if (exposed !== undefined) {
    if (isSound) report("error", OPTIONS.listen.name, exposed);
  } else if (!isLocal(address) && tls.certificate === undefined) {
    report(
      "warning",
      OPTIONS.listen.name,
      "tokens and mail go over the network for all to read: add tls { }",
    );
  }
  if ("path" in address && tls.certificate !== undefined) {
    report("warning", certificate, "has no effect on a Unix socket");
  }
}
