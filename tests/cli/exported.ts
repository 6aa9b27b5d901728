/**
 * Models of daemons in files.
 *
 * @module
 */

import { encodeRnm } from "../../lib/model/rnm.ts";
import { fromFields } from "../../lib/model/stored_model.ts";
import type { ModelFields } from "../../lib/store/store.ts";
import type { Host } from "../daemon/host.ts";

/** Writes the only model of a daemon's store to a file. */
export async function exportModel(host: Host, path: string): Promise<void> {
  const { record, fields } = host.sql((database) => {
    const [{ id, record }] = database.prepare("SELECT * FROM profiles").all();
    const rows = database.prepare(
      "SELECT name, bytes FROM model_fields WHERE profile = ?",
    ).all(id as number);
    const fields: ModelFields = Object.fromEntries(
      rows.map(({ name, bytes }) => [name, bytes]),
    );
    return { record: record as string, fields };
  });
  const rnm = fromFields(fields, JSON.parse(record), 3);
  await Deno.writeFile(path, encodeRnm(rnm));
}
