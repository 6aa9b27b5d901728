import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isLocal, whyExposed } from "../../lib/config/exposure.ts";
import { parseListenAddress } from "../../lib/config/address.ts";
import { configToJson, renderConfig } from "../../lib/config/show.ts";
import { hashToken, LEAST_COST } from "../../lib/config/token_hash.ts";
import { load, loadUsable, placesOf } from "./loading.ts";

const HASH = await hashToken("a-token-of-a-test", LEAST_COST);

/** A configuration with this in `neurald { }`, and good tokens if asked for. */
function neurald(text: string, { tokens = false } = {}): string {
  const good = `tokens { a { hash = "${HASH}"; access = read } }`;
  return `neurald {\n${text}\n${tokens ? good : ""} }`;
}

Deno.test("an address is this host's alone, or others reach it", () => {
  const addresses: Record<string, boolean> = {
    "127.0.0.1:1": true,
    "127.8.8.8:1": true,
    "localhost:1": true,
    "[::1]:1": true,
    "unix:/run/socket": true,
    "*:1": false,
    "0.0.0.0:1": false,
    "[::]:1": false,
    "10.0.0.1:1": false,
    "[::ffff:10.0.0.1]:1": false,
    "mx.example.org:1": false,
    "127.0.0.1.example.org:1": false,
    "localhost.example.org:1": false,
  };
  for (const [text, local] of Object.entries(addresses)) {
    const address = parseListenAddress(text)!;
    assertEquals(isLocal(address), local, text);
    const why = whyExposed(address, { tokens: new Map() });
    assertEquals(why === undefined, local, text);
    assertEquals(
      whyExposed(address, { tokens: new Map([["a", 1]]) }),
      undefined,
    );
  }
});

Deno.test("what would let strangers in, or read along, is told", () => {
  const tls = "tls { certificate = c; key = k; }";
  const cases: [text: string, tokens: boolean, places: string[]][] = [
    ['listen = "0.0.0.0:1";', false, ["2:10 error neurald.listen"]],
    ['listen = "0.0.0.0:1";', true, ["2:10 warning neurald.listen"]],
    [`listen = "0.0.0.0:1"; ${tls}`, true, []],
    ['listen = "127.0.0.1:1";', false, []],
    [tls, false, []],
    ["tls { certificate = c }", false, [
      "2:21 error neurald.tls.certificate",
    ]],
    ["tls { key = k }", false, ["2:13 error neurald.tls.key"]],
    [`listen = "unix:/s"; ${tls}`, false, [
      "2:41 warning neurald.tls.certificate",
    ]],
    // It is not said twice that the tokens are wrong.
    ['listen = "0.0.0.0:1"; tokens { a = b }', false, [
      "2:36 error neurald.tokens",
    ]],
  ];
  for (const [text, tokens, places] of cases) {
    const { problems } = load(neurald(text, { tokens }));
    assertEquals(
      placesOf(problems),
      places.map((place) => `neural.conf:${place}`),
      text,
    );
  }
});

Deno.test("a token that is wrong is told, without its hash", () => {
  const token = (content: string) => `a { ${content} }`;
  const hash = `hash = "${HASH}";`;
  const cases: [content: string, said: string][] = [
    [token(hash), "a: its access is needed"],
    [token(`${hash} access = all`), "a: its access is needed"],
    [token("access = read"), "a: it needs a hash; neurald password makes one"],
    [token(`hash = "${HASH}x"; access = read`), "a: it needs a hash"],
    [
      token(`hash = "${HASH.replace(":14:", ":18:")}"; access = read`),
      "a hash",
    ],
    [
      token(`hash = "${HASH.replace(":14:", ":10:")}"; access = read`),
      "a hash",
    ],
    [token(`${hash} access = read; ip = x`), "a hash and an access only"],
    [`a = "${HASH}"`, "a: expected {"],
    [
      `${token(`${hash} access = read`)} ${token(`${hash} access = write`)}`,
      "a: it is given again",
    ],
    [
      Array.from({ length: 17 }, (_, i) => `t${i} { ${hash} access = read }`)
        .join(" "),
      "up to 16 tokens, found 17",
    ],
  ];
  for (const [content, said] of cases) {
    const { problems } = load(neurald(`tokens { ${content} }`));
    const messages = problems.map(({ message }) => message).join("\n");
    assertStringIncludes(messages, said);
    assert(!messages.includes(HASH.slice(10)), messages);
  }
});

Deno.test("tokens are shown without their hashes", () => {
  const loaded = loadUsable(neurald("", { tokens: true }));
  assertEquals(loaded.config.neurald.tokens.get("a"), {
    hash: HASH,
    access: "read",
  });
  assertStringIncludes(
    renderConfig(loaded),
    'tokens = {"a": {"hash": "***", "access": "read"}};',
  );
  assertEquals(configToJson(loaded)["neurald.tokens"].value, {
    a: { hash: "***", access: "read" },
  });
});
