/** What rspamd 4.1.6 saved after a training with `max_inputs = 48`. */

import { decompress } from "../../lib/zstd.ts";

/** The unpacked field `pca` of `rn_PCA_default_rpfc144c_2`. */
export function pcaOfRspamd(): Uint8Array {
  const url = new URL(
    "../fixtures/rspamd-4.1.6/pca.tensor.zst",
    import.meta.url,
  );
  return decompress(Deno.readFileSync(url), 2 ** 20);
}
