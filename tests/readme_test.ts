import { assert, assertEquals } from "@std/assert";
import { Host } from "./daemon/host.ts";
import { until } from "./daemon/until.ts";
import { hasServers, RspamdHost } from "./interop/rspamd.ts";
import { RedisServer } from "./store/redis/server.ts";

const ROOT = new URL("../", import.meta.url);
const README = await Deno.readTextFile(new URL("README.md", ROOT));

/** Installs the plugin as the README says, in another folder. */
async function installPlugin(folder: string, url: string): Promise<void> {
  const section = README.split("### From rspamd")[1];
  const [, block] = /```sh\n(.*?)```/s.exec(section)!;
  const script = block.replaceAll("sudo ", "")
    .replaceAll("/etc/rspamd", folder)
    .replace("http://127.0.0.1:11336", url)
    .replace(/^systemctl.*\n/m, "");
  const { success, stderr } = await new Deno.Command("sh", {
    args: ["-ec", script],
    cwd: ROOT,
    stdout: "null",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}

/** Finds in a message what it says of itself. */
const SYMBOLS = `
for _, name in ipairs{"MADE_UP_SPAM", "MADE_UP_HAM"} do
  rspamd_config:register_symbol{
    name = name,
    score = 0.5,
    callback = function(task)
      return tostring(task:get_header("Subject")):find(name, 1, true) ~= nil
    end
  }
end
`;

const message = (subject: string) =>
  `From: a@example.com\r\nTo: b@example.com\r\nSubject: ${subject}\r\n\r\nHello.\r\n`;

const ignore = !hasServers();

Deno.test("rspamd asks neurald as the README says", { ignore }, async () => {
  await using redis = await RedisServer.start();
  await using host = await Host.start("watch_interval = 1h;");
  await using rspamd = await RspamdHost.start({
    redisPort: redis.port,
    // Its own network has other names here.
    rule: { symbol_spam: "OWN_SPAM", symbol_ham: "OWN_HAM" },
    lua: SYMBOLS,
  });
  await installPlugin(`${rspamd.folder}/configuration`, host.url);
  await rspamd.reload();
  const classes = ["spam", "ham"] as const;
  const answers = await host.postLines(
    "/v1/learn",
    Array.from({ length: 100 }, (_, i) => ({
      class: classes[i % 2],
      symbols: {
        [i % 2 ? "MADE_UP_HAM" : "MADE_UP_SPAM"]: [0.5, 0.5],
        [`NOISE_${i >> 1}`]: [1, 1],
      },
      metatokens: new Array(26).fill(0),
    })),
  );
  assertEquals(answers.length, 100);
  const { json } = await host.post("/v1/train", "");
  assert(json.trained, JSON.stringify(json));
  for (
    const [subject, expected, sign] of [
      ["MADE_UP_SPAM", "NEURAL_SPAM", 1],
      ["MADE_UP_HAM", "NEURAL_HAM", -1],
    ] as const
  ) {
    const { symbols } = await rspamd.scan(message(subject));
    assert(symbols[expected], `${Object.keys(symbols)}\n${rspamd.log}`);
    assert(sign * symbols[expected].score > 0.5);
  }
  assert(!rspamd.log.includes("neurald: "), rspamd.log);
  // What rspamd is sure of is learned.
  const fresh = async () => (await host.network({ metatokens: 1 })).pool!.fresh;
  const before = await fresh();
  await rspamd.scan(message("sure"), "ham");
  await until("it is learned", async () => (await fresh()).ham > before.ham);
});
