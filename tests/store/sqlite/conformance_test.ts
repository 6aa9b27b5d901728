import { inThreadStore } from "../../../lib/store/sqlite/in_thread.ts";
import { openSqliteStore } from "../../../lib/store/sqlite/client.ts";
import { SqliteCore } from "../../../lib/store/sqlite/core.ts";
import {
  IN_MEMORY,
  openDatabase,
  urlOf,
} from "../../../lib/store/sqlite/database.ts";
import { conformanceTests } from "../conformance.ts";

conformanceTests("SQLite in memory", () => {
  const core = new SqliteCore(openDatabase(IN_MEMORY), urlOf(IN_MEMORY));
  return Promise.resolve({
    store: inThreadStore(core),
    cleanup: () => Promise.resolve(),
  });
});

conformanceTests("SQLite file in a worker", async () => {
  const folder = await Deno.makeTempDir();
  return {
    store: await openSqliteStore(`${folder}/neurald.sqlite`),
    cleanup: () => Deno.remove(folder, { recursive: true }),
  };
});
