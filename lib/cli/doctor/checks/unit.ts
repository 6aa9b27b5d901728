/**
 * Whether systemd runs neurald, and by which unit.
 *
 * @module
 */

import shipped from "../../../../contrib/systemd/neurald.service" with {
  type: "text",
};
import type { Remark } from "../finding.ts";
import type { Setup } from "../setup.ts";
import { hasSystemd } from "../unit.ts";

/** Where the README has it installed. */
const PATH = "/etc/systemd/system/neurald.service";

/** What systemd allows unless it is told otherwise, and what suffices. */
const [DEFAULT_FILES, LEAST_FILES] = [1024, 4096];

/** Looks at the files of the unit. */
export function checkUnit({ unit, options: { root } }: Setup): Remark[] {
  if (!unit) {
    return [
      hasSystemd(root)
        ? {
          level: "note",
          message: "neurald.service is not installed",
          fix: "install -m 644 contrib/systemd/neurald.service " +
            `${PATH}; systemctl enable --now neurald`,
        }
        : { level: "ok", message: "systemd does not run this system" },
    ];
  }
  const { path, text, dropIns, isEnabled, isActive } = unit;
  const { mostFiles = DEFAULT_FILES } = unit;
  const changes = dropIns.length > 0
    ? `, changed by ${dropIns.join(", ")}`
    : "";
  const remarks: Remark[] = [];
  if (!isEnabled) {
    remarks.push({
      level: "warning",
      message: "it does not start with the system",
      fix: "systemctl enable neurald",
    });
  }
  if (!isActive && hasSystemd(root)) {
    remarks.push({
      level: "warning",
      message: "it does not run now",
      fix:
        "systemctl start neurald; systemctl status neurald tells why it ended",
    });
  }
  if (mostFiles < LEAST_FILES) {
    remarks.push({
      level: "note",
      message: `it may have ${mostFiles} files open at once, and each ` +
        "connection takes one",
      fix: "systemctl edit neurald: [Service] LimitNOFILE=65536",
    });
  }
  if (text !== shipped) {
    remarks.push({
      level: "note",
      message: `it is not the one that this neurald comes with${changes}`,
      fix: `diff ${path} contrib/systemd/neurald.service; changes are kept ` +
        "by systemctl edit neurald",
    });
  }
  if (remarks.length === 0) {
    const state = isActive ? "installed, enabled and running" : "enabled";
    remarks.push({ level: "ok", message: `${state}${changes}` });
  }
  return remarks.map((remark) => ({ ...remark, subject: path }));
}
