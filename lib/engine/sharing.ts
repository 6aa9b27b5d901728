/**
 * Which rspamd a Redis is shared with.
 *
 * @module
 */

import type { Config } from "../config/config.ts";
import { seriesKey } from "../model/keys.ts";
import type { Sharing } from "../store/redis/dialect.ts";
import { Networks } from "./networks.ts";

/** As a configuration says, or by what is there. */
export function sharingOf(config: Config): Sharing {
  const { rspamdVersion } = config.neurald;
  return {
    dialect: rspamdVersion,
    candidates: (pluginVersion) => {
      const networks = new Networks(config, pluginVersion);
      return config.rules.flatMap((rule) => networks.candidates(rule));
    },
    renamed: (series, pluginVersion) => {
      const other = pluginVersion === 3 ? 2 : 3;
      if (!series.startsWith(`${config.prefix}${other}_`)) return undefined;
      const network = new Networks(config, other).adopt(series);
      return network && seriesKey(config.prefix, pluginVersion, network.name);
    },
  };
}
