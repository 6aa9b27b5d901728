import { assertEquals, assertStringIncludes } from "@std/assert";
import { Host } from "../daemon/host.ts";

const PATH = "/plugins/neural/learn_message";

function message(headers: Record<string, string>): string {
  const lines = Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return `${lines.join("")}\r\nhello\r\n`;
}

const SCANNED = message({
  "X-Spamd-Result":
    "default: False [4.30 / 15.00];\r\n\tBAYES_SPAM(3.20)[99%];\r\n\tMIME_GOOD(-0.10)[]",
  Received: "from example.com",
  "Message-ID": "<one@example.com>",
});

function teach(host: Host, body: string, headers: Record<string, string>) {
  return host.ask(PATH, { method: "POST", body, headers });
}

Deno.test("a message teaches what its filter wrote into its headers", async () => {
  await using host = await Host.start("");
  for (const header of ["ANN-Train", "Class"]) {
    const { status, json } = await teach(host, SCANNED, { [header]: "Spam" });
    assertEquals([status, json.success, json.class], [200, true, "spam"]);
  }
  assertEquals((await host.network()).pool?.fresh, { spam: 1, ham: 0 });
  await teach(host, SCANNED, { class: "ham", rule: "default" });
  assertEquals((await host.network()).pool?.fresh, { spam: 0, ham: 1 });
});

Deno.test("a message as long as any is learned", async () => {
  await using host = await Host.start("neurald { body_limit = 1kb; }");
  const long = SCANNED + "x".repeat(3 << 20);
  const { status } = await teach(host, long, { class: "ham" });
  assertEquals(status, 200);
});

Deno.test("a message that cannot be learned is told why", async () => {
  await using host = await Host.start("train { store_pool_only = true; }");
  const cases: [
    body: string,
    headers: Record<string, string>,
    status: number,
    said: string,
  ][] = [
    [SCANNED, {}, 400, "ANN-Train"],
    [SCANNED, { class: "junk" }, 400, "junk"],
    [SCANNED, { class: "spam", rule: "x" }, 404, "no rule"],
    [SCANNED, { class: "spam" }, 400, "store_pool_only"],
    ["", { class: "spam" }, 400, "empty"],
    ["\0\x01", { class: "spam" }, 400, "no header"],
    [message({ From: "a@example.com" }), { class: "spam" }, 400, "/v1/learn"],
    [
      message({ "X-Spamd-Result": "rubbish" }),
      { class: "spam" },
      400,
      "X-Spamd-Result",
    ],
  ];
  for (const [body, headers, expected, said] of cases) {
    const { status, json } = await teach(host, body, headers);
    assertEquals(status, expected, said);
    assertStringIncludes(json.error, said);
  }
});
